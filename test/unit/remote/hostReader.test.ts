import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { HostFacts } from '../../../server/src/remote/hostFacts.ts';
import { HostReader } from '../../../server/src/remote/hostReader.ts';
import { localLink } from '../../../server/src/remote/link.ts';
import { nodeBackend } from '../../../server/src/remote/nodeTools.ts';
import { Slots } from '../../../server/src/remote/slots.ts';

const never = new AbortController().signal;
const request = { sudo: false, dataset: null, snapshot: null } as const;
const shells = ['dash', 'bash', 'busybox'].flatMap((name) => {
  const path = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
  return path === '' ? [] : [[name, path] as const];
});

suite('asking this machine what it is', () => {
  for (const [name, path] of shells) {
    test(`its scripts are read rightly by ${name}`, async () => {
      const directory = mkdtempSync(join(tmpdir(), 'ks-probe-'));
      try {
        symlinkSync(path, join(directory, 'sh'));
        const before = Math.floor(Date.now() / 1000);
        const facts = await ask({ PATH: `${directory}:${process.env['PATH']}` });
        const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
        assert.equal(facts.state.split(' ')[0], bootId);
        assert.equal(facts.state.split(' ').length, 3);
        assert.equal(facts.system, spawnSync('uname', ['-sr'], { encoding: 'utf8' }).stdout.trim());
        assert.equal(facts.rights, userInfo().uid === 0 ? 'root' : 'user');
        // The shell of busybox has a find of its own, which may print nothing but names.
        assert.ok(facts.root !== null && (facts.find || name === 'busybox'));
        const booted = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1];
        assert.equal(facts.bootedAt, Number(booted));
        // Put together of the time of boot and the time since, each in whole seconds.
        assert.ok(facts.now !== null && facts.now >= before - 2 && facts.now <= Date.now() / 1000 + 2, String(facts.now));
      } finally {
        rmSync(directory, { recursive: true });
      }
    });
  }

  test('the account is the one that is logged in, or the one that id names', async () => {
    const { LOGNAME: _, ...without } = process.env;
    assert.equal((await ask({ LOGNAME: 'somebody' })).user, 'somebody');
    assert.equal((await ask({}, without)).user, userInfo().username);
  });
});

async function ask(more: NodeJS.ProcessEnv, environment: NodeJS.ProcessEnv = process.env): Promise<HostFacts> {
  const link = localLink((program, words) => spawn(program, words, { env: { ...environment, ...more } }));
  const reader = new HostReader(link, nodeBackend, new Slots(1));
  assert.equal(await reader.reach(request, never), null);
  return reader.facts ?? assert.fail('nothing was said');
}
