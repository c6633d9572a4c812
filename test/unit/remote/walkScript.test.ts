import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { walkProblem } from '../../../server/src/remote/walkProblems.ts';
import { walkCommand } from '../../../server/src/remote/walkScript.ts';

suite('walking by a rule of sudo', () => {
  let directory: string;

  setup(() => {
    directory = mkdtempSync(join(tmpdir(), 'keepsake-walk-'));
    for (const name of ['bin', 'live', 'blank']) mkdirSync(join(directory, name));
    writeFileSync(join(directory, 'live', 'file'), 'x');
    writeFileSync(join(directory, 'blank', 'before'), 'x');
  });
  teardown(() => rmSync(directory, { recursive: true }));

  /** Walks where sudo allows find on what `allowed` says; what find was run with by sudo, and what was printed. */
  function walk(allowed: string): { readonly bySudo: string[]; readonly printed: string } {
    const [log, sudo] = [join(directory, 'log'), join(directory, 'bin', 'sudo')];
    const program = `#!/bin/sh\nshift\nif [ "$1" = -l ]; then shift; case $2 in ${allowed}) exit 0;; esac; exit 1; fi\necho "$2" >>${log}\nexec "$@"\n`;
    writeFileSync(sudo, program, { mode: 0o755 });
    writeFileSync(log, '');
    const manner = { sudo: true, namespace: false, largePieces: false, contentTimes: false };
    const against = { kind: 'directory', path: join(directory, 'blank') } as const;
    const [program0 = '', ...args] = walkCommand('kmark', join(directory, 'live'), against, manner);
    const { stdout, stderr, status } = spawnSync(program0, args, {
      encoding: 'utf8',
      input: '\n',
      env: { ...process.env, PATH: `${join(directory, 'bin')}:${process.env['PATH']}` },
    });
    assert.deepEqual([stderr, status], ['', 0]);
    return { bySudo: readFileSync(log, 'utf8').trimEnd().split('\n'), printed: stdout };
  }

  test('of both trees, both are walked by it', () => {
    const { bySudo, printed } = walk('*');
    assert.deepEqual(bySudo, [`${directory}/blank/.`, join(directory, 'live')]);
    assert.match(printed, /blank\/\.\/before\0/);
  });

  test('of the live tree only, the baseline is walked with the rights that there are', () => {
    const { bySudo, printed } = walk('*/live');
    assert.deepEqual(bySudo, [join(directory, 'live')]);
    assert.match(printed, /blank\/\.\/before\0[^]*live\/file\0/);
  });

  test('the rule that is told names the snapshot where there is one', () => {
    const asked = {
      destination: 'web',
      dataset: 'rpool/root',
      snapshot: 'blank',
      connectTimeoutSeconds: 10,
      runTimeoutSeconds: 60,
      user: 'ann',
    };
    const refused = Buffer.from('find: \u2018/root\u2019: Permission denied\n');
    const rule = (snapshot: string): string[] => {
      const { nextStep } = walkProblem(0, true, 0, refused, { ...asked, snapshot }, '/') ?? assert.fail();
      return [...nextStep.matchAll(/bin\/find (\S+) -xdev/g)].map(([, top]) => top ?? '');
    };
    assert.deepEqual(rule('blank'), ['/', '/.zfs/snapshot/blank/.']);
    assert.deepEqual(rule(''), ['/']);
  });
});
