import { Tree } from 'web-tree-sitter';
import { nixGrammar } from '../../support/nixGrammar.ts';

/**
 * Run as a process of its own: parses a text of 280 kB (arguments: how often to warm up, how often then) and prints as JSON how often the
 * parser's memory had grown before and after, and the process' own memory in bytes. A tree that is not freed shows as growth; with a third
 * argument `leak` none is.
 */
interface MemoryPrototype {
  grow(this: unknown, pages: number): number;
}

const { prototype } = (globalThis as unknown as { readonly WebAssembly: { readonly Memory: { readonly prototype: MemoryPrototype } } })
  .WebAssembly.Memory;
const original = Object.getOwnPropertyDescriptor(prototype, 'grow')?.value as MemoryPrototype['grow'];
let grown = 0;
prototype.grow = function (pages) {
  grown++;
  return original.call(this, pages);
};
if (process.argv[4] === 'leak') Tree.prototype.delete = () => {};

async function main(): Promise<void> {
  const [warmUp = 3, measured = 17] = process.argv.slice(2, 4).map(Number);
  const grammar = await nixGrammar();
  const text = largeText(280_000);
  const parses = (count: number): void => {
    for (let n = 0; n < count; n++) if (grammar.parse('/x.nix', `${text}# ${n}\n`).broken) throw new Error('the text is not read');
  };
  parses(warmUp);
  const before = grown;
  const rssBefore = process.memoryUsage().rss;
  parses(measured);
  console.log(JSON.stringify({ before, after: grown, rssBefore, rssAfter: process.memoryUsage().rss }));
}

function largeText(size: number): string {
  const blocks: string[] = [];
  for (let length = 0; length < size; length += blocks.at(-1)?.length ?? 0) {
    const n = blocks.length;
    blocks.push(`  services.s${n} = {\n    enable = true; # on\n    path = "/var/lib/\${name}/${n}";\n    list = [ "a" ./b ];\n  };\n`);
  }
  return `{ name, ... }:\n{\n${blocks.join('')}}\n`;
}

void main();
