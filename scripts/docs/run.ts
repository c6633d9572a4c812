// Writes the generated pages of the manual and the schema of keepsake.json (`npm run docs`), and removes pages of rules that are gone.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pages } from './pages.ts';

const root = join(import.meta.dirname, '../..');
const made = pages();
const rules = 'docs/rules';
for (const name of readdirSync(join(root, rules))) if (!made.has(`${rules}/${name}`)) rmSync(join(root, rules, name));
for (const [path, text] of made) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
