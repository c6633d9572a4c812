import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);

/**
 * Keepsake brings no grammar for Nix, so as not to compete with the extension that its users have for that. The demo's VS Code has
 * no other extension; this packs the grammar that Nix IDE uses (from the package `tm-grammars`) into one, for the colours.
 * @param directory - where it may write.
 * @returns the `.vsix`.
 */
export function packNixColours(directory: string): string {
  const source = join(directory, 'nix-colours');
  mkdirSync(source, { recursive: true });
  const grammar = require.resolve('tm-grammars/grammars/nix.json');
  writeFileSync(join(source, 'nix.tmLanguage.json'), readFileSync(grammar));
  const manifest = {
    name: 'nix-colours',
    publisher: 'keepsake-demo',
    displayName: 'Nix colours (demo)',
    description: 'Syntax colours for Nix, for the demo of Keepsake',
    version: '0.0.1',
    license: 'MIT',
    private: true,
    engines: { vscode: '^1.91.0' },
    files: ['*.json'],
    contributes: {
      languages: [{ id: 'nix', extensions: ['.nix'], aliases: ['Nix'] }],
      grammars: [{ language: 'nix', scopeName: 'source.nix', path: './nix.tmLanguage.json' }],
    },
  };
  writeFileSync(join(source, 'package.json'), JSON.stringify(manifest, null, 2));
  const vsix = join(directory, 'nix-colours.vsix');
  // Not through its module: that prints what it does.
  const vsce = require.resolve('@vscode/vsce/vsce');
  const options = ['--no-dependencies', '--allow-missing-repository', '--skip-license', '--out', vsix];
  execFileSync(process.execPath, [vsce, 'package', ...options], { cwd: source, stdio: 'pipe' });
  return vsix;
}
