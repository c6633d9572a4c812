// Writes dist/THIRD-PARTY-LICENSES.txt: the licences of the packages that the bundles contain, as these ask for. What is in the
// bundles comes from the production dependencies, which the lock file lists with all they need.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const bundled = Object.entries(packages).filter(([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional);

const notices = bundled.map(([path, { version }]) => {
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const folder = join(root, path);
  const file = existsSync(folder) ? readdirSync(folder).find((each) => /^licen[cs]e/i.test(each)) : undefined;
  if (file === undefined) throw new Error(`${path} has no licence file`);
  return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
});
writeFileSync(join(root, 'dist/THIRD-PARTY-LICENSES.txt'), [...new Set(notices)].join(`\n${'-'.repeat(80)}\n\n`));
