import assert from 'node:assert/strict';
import { SectionSplitter } from '../../../server/src/remote/sections.ts';

const text = 'Welcome!MARK:mounts:root\nline\nMARK:listing\n+\tF\t/a\nMARK\nMARK\n\nMAMARK\n+\tF\t/cutMARK:end:0\n';

/** Sections by name with their text; what comes before the first is called "". */
function split(pieces: readonly Buffer[]): [string, string][] {
  const splitter = new SectionSplitter('MARK');
  const sections: [string, string][] = [['', '']];
  for (const piece of pieces) {
    for (const event of splitter.push(piece)) {
      if (event.kind === 'begin') sections.push([`${event.name}=${event.value}`, '']);
      else (sections.at(-1) as [string, string])[1] += event.bytes.toString();
    }
  }
  (sections.at(-1) as [string, string])[1] += splitter.finish().toString();
  return sections;
}

suite('sections of the remote output', () => {
  const expected = [
    ['', 'Welcome!'],
    ['mounts=root', 'line\n'],
    // What was cut off in the middle of a line stays cut.
    ['listing=', '+\tF\t/a\nMARK\nMARK\n\nMAMARK\n+\tF\t/cut'],
    ['end=0', ''],
  ];

  test('cut anywhere, also byte by byte', () => {
    const bytes = Buffer.from(text);
    assert.deepEqual(split([bytes]), expected);
    for (let at = 1; at < bytes.length; at++) assert.deepEqual(split([bytes.subarray(0, at), bytes.subarray(at)]), expected, `at ${at}`);
    assert.deepEqual(split(Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))), expected);
  });

  test('rows are not held back, only what could be a mark', () => {
    const splitter = new SectionSplitter('MARK');
    const push = (text: string): string =>
      splitter
        .push(Buffer.from(text))
        .map((event) => (event.kind === 'bytes' ? event.bytes.toString() : '?'))
        .join('|');
    assert.equal(push('a\nb\n'), 'a\nb\n');
    assert.equal(push('c\nMAR'), 'c\n');
    assert.equal(push('S'), 'MARS');
    assert.equal(push('MARK:'), '');
    assert.equal(splitter.finish().toString(), 'MARK:');
  });

  test('a mark that never ends is not held for ever', () => {
    const splitter = new SectionSplitter('MARK');
    let passed = 0;
    for (let i = 0; i < 100; i++) {
      const piece = Buffer.from(i === 0 ? 'MARK:' : 'x'.repeat(1000));
      for (const event of splitter.push(piece)) passed += event.kind === 'bytes' ? event.bytes.length : 0;
    }
    assert.ok(passed > 90_000);
  });
});
