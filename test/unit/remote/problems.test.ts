import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExitReport } from '../../../server/src/remote/childOutput.ts';
import { connectionProblem, detailOf, listingProblem } from '../../../server/src/remote/problems.ts';
import type { Asked } from '../../../server/src/remote/problems.ts';

const asked: Asked = {
  destination: 'web',
  dataset: 'rpool/scn',
  snapshot: 'blank',
  connectTimeoutSeconds: 10,
  runTimeoutSeconds: 60,
  user: 'alice',
};
const fixtures = join(__dirname, '../../fixtures/zfs-diff');

const ended = (stderr: string, status: number | null = 255): ExitReport => ({
  status,
  signal: null,
  stderr: Buffer.from(stderr),
  stderrTruncated: false,
  startError: null,
});

suite('what went wrong, by the recorded words of zfs', () => {
  const expected: Record<string, string> = {
    'diff-bind-subdir-only': 'dataset-root-hidden',
    'diff-reversed': 'snapshot-order',
    'enc-unloaded': 'not-mounted',
    'err-bad-opt': 'zfs-too-old',
    'err-badname': 'snapshot-missing',
    'err-missing-dataset': 'dataset-missing',
    'err-missing-pool': 'dataset-missing',
    'err-missing-snap': 'snapshot-missing',
    'err-other-fs': 'snapshot-order',
    'err-unmounted': 'not-mounted',
    'err-zvol': 'not-a-filesystem',
    'user-diff-noaccess-root700': 'dataset-root-hidden',
    'user-diff-parent700': 'dataset-root-hidden',
    'user-nodevzfs': 'permission-device',
    'user-none': 'permission-diff',
    'user-none-two-snaps': 'permission-diff',
    'user-snap-noddiff': 'permission-diff',
  };
  for (const version of ['2.3.2', '2.1.11']) {
    const names = readdirSync(join(fixtures, version))
      .filter((name) => name.endsWith('.err'))
      .map((name) => name.slice(0, -4));
    for (const name of names.filter((each) => each in expected)) {
      test(`${version} ${name}: ${expected[name]}`, () => {
        const stderr = readFileSync(join(fixtures, version, `${name}.err`));
        const status = Number(readFileSync(join(fixtures, version, `${name}.rc`), 'utf8'));
        const problem = listingProblem(status, stderr, asked);
        assert.ok(problem);
        assert.equal(problem.code, expected[name]);
        assert.ok(problem.message.length > 10 && problem.nextStep.length > 10 && problem.detail.length > 0);
      });
    }
    test(`${version}: enough of them were recorded`, () => assert.ok(names.some((name) => name in expected) || version === '2.1.11'));
  }

  test('the step for a missing permission is the very command', () => {
    const stderr = readFileSync(join(fixtures, '2.3.2/user-none.err'));
    assert.match(listingProblem(1, stderr, asked)?.nextStep ?? '', /zfs allow alice diff rpool\/scn$/);
    assert.match(
      listingProblem(1, stderr, { ...asked, user: null, dataset: 'rpool/my data' })?.nextStep ?? '',
      /zfs allow USER diff 'rpool\/my data'$/,
    );
  });

  test('silence and status 0 is the only good end', () => {
    assert.equal(listingProblem(0, Buffer.from(''), asked), null);
    assert.equal(listingProblem(0, Buffer.from('Unable to determine path or stats for object 128'), asked)?.code, 'incomplete');
    assert.equal(listingProblem(124, Buffer.from(''), asked)?.code, 'time-limit');
    assert.equal(listingProblem(143, Buffer.from(''), asked)?.code, 'listing-killed');
    assert.equal(
      listingProblem(127, Buffer.from('timeout: failed to run command \u2018zfs\u2019: No such file or directory'), asked)?.code,
      'zfs-missing',
    );
    assert.equal(listingProblem(1, Buffer.from('something new'), asked)?.code, 'listing-failed');
    assert.equal(listingProblem(1, Buffer.from('sudo: a password is required'), asked)?.code, 'permission-sudo');
  });
});

suite('what went wrong, by the words of ssh', () => {
  for (const [words, code] of [
    ['ssh: Could not resolve hostname web: Name or service not known', 'host-unknown'],
    ['ssh: connect to host web port 22: Connection refused', 'connection-refused'],
    ['ssh: connect to host web port 22: Connection timed out', 'connection-timeout'],
    ['Connection timed out during banner exchange', 'connection-timeout'],
    ['ssh: connect to host web port 22: No route to host', 'network-unreachable'],
    ['@@@@@\n@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.', 'host-key-changed'],
    ['No ED25519 host key is known for web and you have requested strict checking.\nHost key verification failed.', 'host-key-unknown'],
    ['alice@web: Permission denied (publickey).', 'key-refused'],
    ['command-line: line 0: Bad configuration option: nosuch', 'ssh-configuration'],
    ['kex_exchange_identification: read: Connection reset by peer', 'connection-failed'],
  ] as const) {
    test(code, () => assert.equal(connectionProblem(ended(words), Buffer.alloc(0), asked, 'ssh').code, code));
  }

  test('no ssh, no shell, another program', () => {
    assert.equal(connectionProblem({ ...ended('', null), startError: 'ENOENT' }, Buffer.alloc(0), asked, 'ssh').code, 'ssh-missing');
    assert.equal(connectionProblem({ ...ended('', null), startError: 'EACCES' }, Buffer.alloc(0), asked, 'ssh').code, 'ssh-unusable');
    assert.equal(connectionProblem(ended('sh: not found', 127), Buffer.alloc(0), asked, 'ssh').code, 'shell-missing');
    const other = connectionProblem(ended('', 0), Buffer.from('This account is for git.\n'), asked, 'ssh');
    assert.deepEqual([other.code, other.detail], ['not-a-shell', 'This account is for git.']);
  });

  test('the other side cannot reach a terminal or fill a screen', () => {
    const detail = detailOf(`\u001b[31mred\u009b0m\r\n${'x'.repeat(1000)}\n${'line\n'.repeat(100)}`);
    assert.ok(!/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(detail));
    assert.ok(detail.split('\n').length <= 7 && detail.length < 600);
  });
});
