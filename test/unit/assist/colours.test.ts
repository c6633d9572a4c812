import assert from 'node:assert/strict';
import { colours } from '../../../server/src/assist/colours.ts';
import { grammarOnce } from '../../support/coreGrammar.ts';

async function coloured(text: string): Promise<string> {
  const source = (await grammarOnce).parse('/x.nix', text);
  return colours(source)
    .map(({ start, end, colour }) => `${text.slice(start, end)}:${colour}`)
    .join(' ');
}

suite('colours', () => {
  for (const [text, expected] of [
    ['{ lib, x ? 1 }: lib.y', 'lib:parameter x:parameter ?:operator 1:number lib:variable y:property'],
    ['x: map x [ true ]', 'x:parameter map:function x:variable true:variable'],
    ['{ a."b c".d = f 1; }', 'a:property ":string b c:string ":string d:property f:function 1:number'],
    ['let a = 1; in a # b', 'let:keyword a:property 1:number in:keyword a:variable # b:comment'],
    ['"x${y}\\n" + ./z', '":string x:string ${:operator y:variable }:operator \\n:string ":string +:operator ./z:string'],
    // Broken by typing: told apart as far as it goes.
    ['{ a = [ "/x', 'a:variable ":string /x:string'],
  ] as const)
    test(text, async () => {
      assert.equal(await coloured(text), expected);
    });
});
