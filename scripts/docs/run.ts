// Writes the generated pages of the manual (`npm run docs`), and removes those of rules that are gone.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pages } from './pages.ts';

const docs = join(import.meta.dirname, '../../docs');
const made = pages();
mkdirSync(join(docs, 'rules'), { recursive: true });
for (const name of readdirSync(join(docs, 'rules'))) if (!made.has(`rules/${name}`)) rmSync(join(docs, 'rules', name));
for (const [path, text] of made) writeFileSync(join(docs, path), text);
