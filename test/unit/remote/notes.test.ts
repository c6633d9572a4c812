import assert from 'node:assert/strict';
import type { NoteDto } from '../../../server/src/protocol/live.ts';
import { Evidence } from '../../../server/src/remote/evidence.ts';
import { factsOf } from '../../../server/src/remote/hostFacts.ts';
import { notesOf } from '../../../server/src/remote/notes.ts';

const mountinfo = Buffer.from('30 1 0:25 / / rw - zfs rpool/local/root rw\n');
const system = '/nix/store/00000000000000000000000000000000-nixos-system-web-26.05';
const newer = '/nix/store/11111111111111111111111111111111-nixos-system-web-26.05';

/** What is said of a host whose sections are these, by a clock that shows 1000. */
function notes(sections: Readonly<Record<string, string>>): readonly NoteDto[] {
  return notesOf({
    facts: factsOf(new Map(Object.entries(sections)), mountinfo),
    baseline: 'blank',
    erased: ['/'],
    coverage: () => null,
    declared: [],
    evidence: new Evidence(null),
    now: 1000,
  });
}

const codes = (sections: Readonly<Record<string, string>>): string[] => notes(sections).map(({ code }) => code);

suite('notes on a host', () => {
  test('nothing is said of a host that is as it should be, or does not tell', () => {
    assert.deepEqual(codes({ state: `boot ${system} ${system}`, time: '1001\n500\n' }), []);
    for (const state of ['', 'boot', 'boot - -', `boot ${system} -`, `boot - ${system}`, `boot /run/current-system ${system}`])
      assert.deepEqual(codes({ state }), [], state);
  });

  test('another system will be booted than runs', () => {
    const [note, ...more] = notes({ state: `boot ${system} ${newer}` });
    assert.deepEqual([note?.code, note?.severity, more], ['other-generation', 'information', []]);
    assert.ok(note?.detail.includes(system) && note.detail.includes(newer));
    assert.match(note?.nextStep ?? '', /nixos-rebuild switch/);
  });

  test('a clock that is off by more than a connection takes', () => {
    assert.deepEqual(codes({ time: '1121\n1\n' }), ['clock-skew']);
    assert.deepEqual(codes({ time: '880\n1\n' }), []);
  });
});
