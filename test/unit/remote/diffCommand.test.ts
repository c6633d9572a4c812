import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runDiff } from '../../../server/src/cli/diff.ts';
import type { DiffOptions, RebootCheck } from '../../../server/src/cli/diff.ts';
import { captureSource } from '../../../server/src/remote/capture.ts';
import { Evidence } from '../../../server/src/remote/evidence.ts';
import { TreeView } from '../../../server/src/remote/treeView.ts';
import { rebootOf } from '../../../server/src/remote/rebootOf.ts';
import { knowledgeOf } from '../../support/classifier.ts';
import { Said } from '../../support/said.ts';

interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

async function diff(
  listing: string | Buffer,
  declared: readonly string[] = [],
  more: Partial<DiffOptions> & { mountinfo?: string } = {},
): Promise<Ended> {
  const said = new Said();
  const { mountinfo, ...options } = more;
  const source = captureSource({
    label: 'test',
    open: async function* () {
      yield Buffer.from(listing);
    },
    mountinfo: () => Promise.resolve(mountinfo === undefined ? null : Buffer.from(mountinfo)),
  });
  const status = await runDiff(
    { host: 'web', source, knowledge: knowledgeOf(declared), json: false, all: false, watch: null, ...options },
    said.io(),
  );
  return { status, out: said.out, err: said.err };
}

const json = (said: Ended): Record<string, unknown>[] =>
  said.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

suite('keepsake diff', () => {
  const listing = [
    '1795223055.848000688\t+\tF\t/etc/machine-id',
    '1795223055.848000688\t+\tF\t/var/lib/postgresql/16/base',
    '1795223055.848000688\t+\tF\t/var/lib/postgresql/16/wal',
    '1795223055.848000688\t+\t/\t/var/lib/postgresql',
    '1795223055.848000688\t+\tF\t/srv/kept',
    '1795223055.848000688\t+\tF\t/tmp/x',
    String.raw`1795223055.848000688	R	F	/srv/old	/srv/\0033[31mnew\0351`,
  ].join('\n');

  test('text: worst first, directories as one, counts of the rest', async () => {
    const { status, out, err } = await diff(listing, ['/srv/kept']);
    assert.deepEqual([status, err], [1, '']);
    const lines = out.trimEnd().split('\n');
    assert.match(lines[0] ?? '', /critical: 1$/);
    assert.match(lines[1] ?? '', /^ {2}\+ \/etc\/machine-id {2}./);
    assert.ok(
      lines.some((line) => /^ {4}\/var\/lib\/postgresql\/16\/ {2}\(2 paths\)/.test(line)),
      out,
    );
    assert.equal(lines.at(-1), 'web: 4 lost (1 critical), 0 declared but not active, 0 mounted but not declared, 1 kept, 2 noise.');
    assert.ok(!/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(out), 'no control character reaches the terminal');
  });

  test('whether it is safe to reboot stands behind the rows, with every reason that they don’t say; beside them for programs', async () => {
    const note = { code: 'root-not-erased', severity: 'error', message: 'The root was not erased.', nextStep: 'Look why.' } as const;
    const reboot: RebootCheck = {
      evidence: () => new Evidence(null),
      of: (session) => {
        const { tree } = session;
        const notes = [{ ...note, detail: '', paths: ['/srv/x'], total: 1 }];
        return rebootOf(
          'web',
          { lateStorages: [], unread: 0 },
          { ...session.describe(), notes },
          tree === null ? null : new TreeView(tree),
        );
      },
    };
    const said = await diff(listing, ['/srv/kept', '/etc/machine-id'], { reboot });
    assert.equal(said.status, 1);
    const [rows = '', report = ''] = said.out.split('\n\nSafe to reboot ');
    assert.match(rows, /noise\.$/);
    assert.equal(
      report,
      [
        'web? no',
        '',
        '- One thing with data would be lost. Persist what is to stay, move the data, and switch; ignore what is not worth keeping.',
        '',
        '- The root was not erased. Look why.',
        '    /srv/x',
        '',
        '- One thing would be lost whose worth is not known. Persist what is to stay, move the data, and switch; ignore what is not worth keeping.',
        '',
      ].join('\n'),
    );
    const programs = await diff(listing, ['/srv/kept', '/etc/machine-id'], { reboot, json: true });
    assert.equal(programs.err, `Safe to reboot ${report}`);
    assert.equal(json(programs).at(-1)?.['type'], 'summary');
    const calm = { ...reboot, of: () => rebootOf('web', { lateStorages: [], unread: 0 }, null, null) };
    assert.match((await diff('', [], { reboot: calm })).out, /Safe to reboot web\? it can’t be told\n$/);
  });

  test('--all shows kept and noise', async () => {
    const { out } = await diff(listing, ['/srv/kept'], { all: true });
    assert.match(out, /Kept: 1\n {2}\+ \/srv\/kept {2}keeps \/srv\/kept/);
    assert.match(out, /Noise.*: 2\n/);
  });

  test('json: one object a line, the contract word for word', async () => {
    const said = await diff(listing, ['/srv/kept'], { json: true });
    assert.equal(said.status, 1);
    const objects = json(said);
    const summary = objects.pop();
    assert.deepEqual(
      { ...summary, seconds: 0 },
      {
        type: 'summary',
        lost: { critical: 1, data: 2, convenience: 0, unknown: 1 },
        kept: 1,
        declared: 0,
        mounted: 0,
        noise: 2,
        partial: false,
        seconds: 0,
      },
    );
    assert.equal(typeof summary?.['seconds'], 'number');
    assert.deepEqual(
      objects.map((object) => object['path']),
      ['/etc/machine-id', '/var/lib/postgresql/16/base', '/var/lib/postgresql/16/wal', '/srv/old'],
    );
    const { state, ...first } = objects[0] ?? {};
    assert.ok(state !== undefined);
    assert.deepEqual(first, {
      type: 'change',
      change: '+',
      fileType: 'F',
      path: '/etc/machine-id',
      time: '1795223055.848000688',
      verdict: 'lost',
      severity: 'critical',
    });
    const renamed = objects.at(-1) ?? {};
    assert.equal(renamed['newPath'], '/srv/\u001b[31mnew\uFFFD');
    assert.equal(Buffer.from(String(renamed['newPathBytes']), 'base64').toString('latin1'), '/srv/\u001b[31mnew\u00e9');
    assert.equal('pathBytes' in renamed, false);
    assert.ok(!/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(said.out));
  });

  test('json --all has every row of the listing, directories judged by what is below them', async () => {
    const objects = json(await diff(listing, ['/srv/kept'], { json: true, all: true }));
    assert.equal(objects.length, 8);
    const verdicts = new Map(objects.map((object) => [object['path'], object['verdict']]));
    assert.deepEqual([verdicts.get('/var/lib/postgresql'), verdicts.get('/srv/kept'), verdicts.get('/tmp/x')], ['noise', 'kept', 'noise']);
    assert.equal(objects.find((object) => object['path'] === '/srv/kept')?.['entry'], 'keeps /srv/kept');
  });

  test('json of a recorded listing: the rows are those that zfs printed', async () => {
    const recorded = readFileSync(join(__dirname, '../../fixtures/zfs-diff/2.3.2/diff-FHt.out'));
    const objects = json(await diff(recorded, [], { json: true, all: true }));
    assert.equal(objects.length - 1, recorded.toString('latin1').split('\n').length - 1);
  });

  test('status: nothing lost, something lost, not told', async () => {
    assert.equal((await diff('+\tF\t/tmp/x\n')).status, 0);
    assert.equal((await diff('')).status, 0);
    assert.equal((await diff('+\tF\t/srv/x\n', ['/srv'], { mountinfo: '1 0 0:1 / / rw - zfs rpool/local/root rw\n' })).status, 0);
    assert.equal((await diff('+\tF\t/srv/x\n')).status, 1);
    const rubbish = await diff('hello\n');
    assert.deepEqual([rubbish.status, rubbish.out], [2, '']);
    assert.match(rubbish.err, /^This is no output of zfs diff\./);
    // Nothing seen to be lost, but a line could not be read.
    assert.equal((await diff('+\tF\t/tmp/x\nhello\n')).status, 2);
  });
});
