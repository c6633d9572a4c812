import { posix } from 'node:path';
import type { FixChange } from './finding.ts';
import type { Rule } from './rule.ts';
import { flagAt, isSet, placeOf, textAt } from './options.ts';

const ENTRY = ['environment', 'etc', 'machine-id'];

const INSTEAD: FixChange = { kind: 'replace-option', option: ENTRY, entries: [{ kind: 'file', path: '/etc/machine-id' }] };

/** `machine-id-source`: the machine id is a link that activation makes. */
export const machineIdSource: Rule = {
  code: 'machine-id-source',
  severity: 'warning',
  page: {
    title: 'The machine id is a link made by environment.etc',
    what: `\`environment.etc."machine-id"\` names a file or a text, without a \`mode\` that has it copied.`,
    why: `The link is made by activation, after the initrd and systemd have already looked for the id and perhaps made a new one; a link does not work with an
immutable \`/etc\`, and with newer releases the message bus may not start. As a text, the id is readable for everybody in the store.`,
    fix: `Keep \`/etc/machine-id\` as a file of the storage: impermanence and preservation treat it specially (preservation wants \`inInitrd\`). The quick fix does so
where the link leads to the place that such an entry has in the storage, so that the id stays the same. For an id that is elsewhere or a text there is
no quick fix: it would have to be moved into the storage first, or the machine gets a new one. Or give it on the kernel command line
(\`systemd.machine_id=\`).`,
    silence: `Where it works on your release, you may leave it as it is.`,
    sources: ['machine-id(5)', 'nixpkgs issue 516874', 'nixpkgs `nixos/modules/system/etc/etc-activation.nix`'],
  },
  check({ host, storage }) {
    // With a mode of its own the file is copied, and `enable = false` makes nothing.
    const mode = [...ENTRY, 'mode'];
    if ((isSet(host, mode) && textAt(host, mode) !== 'symlink') || flagAt(host, [...ENTRY, 'enable'], true) !== true) return [];
    const place = ['source', 'text'].map((name) => placeOf(host, [...ENTRY, name])).find((each) => each !== null);
    if (!place) return [];
    // The id is there already, in the place that an entry has: it stays the same.
    const source = textAt(host, [...ENTRY, 'source']);
    const inStorage = storage?.storage && source === posix.join(storage.storage, 'etc/machine-id') ? storage.storage : null;
    return [
      {
        subject: ENTRY.join('.'),
        severity: 'warning',
        location: place,
        message: 'the machine id is a link that activation makes: too late for what reads it first, and refused by newer releases.',
        related: [],
        fixes: inStorage ? [{ title: `Keep /etc/machine-id as a file of ${inStorage}`, safe: false, change: INSTEAD }] : [],
      },
    ];
  },
};
