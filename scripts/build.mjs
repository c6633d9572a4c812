// Bundles the extension client, the language server and the command line into dist/, and copies the two wasm files beside them.
// `--watch` rebuilds on change; `--dev` leaves the code readable and adds source maps.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const dev = process.argv.includes('--dev') || process.argv.includes('--watch');

/** @type {esbuild.BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: !dev,
  sourcemap: dev,
  legalComments: 'none',
  logLevel: 'warning',
  alias: {
    // The ESM build of web-tree-sitter needs import.meta.url, which is empty in a CommonJS bundle.
    'web-tree-sitter': require.resolve('web-tree-sitter'),
    // The UMD build of jsonc-parser hides its requires from the bundler.
    'jsonc-parser': require.resolve('jsonc-parser/lib/esm/main.js'),
  },
};

const bundles = [
  { ...common, entryPoints: { client: 'client/src/extension.ts' }, external: ['vscode'], outdir: 'dist' },
  { ...common, entryPoints: { server: 'server/src/main.ts' }, outdir: 'dist' },
  { ...common, entryPoints: { cli: 'server/src/cli/main.ts' }, outdir: 'dist', banner: { js: '#!/usr/bin/env node' } },
];

rmSync(join(root, 'dist'), { recursive: true, force: true });
mkdirSync(join(root, 'dist'), { recursive: true });
copyFileSync(require.resolve('web-tree-sitter/web-tree-sitter.wasm'), join(root, 'dist/web-tree-sitter.wasm'));
copyFileSync(join(root, 'syntaxes/tree-sitter-nix.wasm'), join(root, 'dist/tree-sitter-nix.wasm'));
if (process.argv.includes('--watch')) {
  for (const options of bundles) await (await esbuild.context(options)).watch();
} else {
  await Promise.all(bundles.map((options) => esbuild.build(options)));
}
