import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.ts';
import type { Finished } from './run.ts';

const module = join(import.meta.dirname, '../../scripts/setup/cache.mjs');

suite('the cache of the set-up', () => {
  let home = '';
  let cache = '';

  setup(() => {
    home = mkdtempSync(join(tmpdir(), 'keepsake-cache-'));
    cache = join(home, 'keepsake');
  });

  teardown(() => rmSync(home, { recursive: true, force: true }));

  /** Runs `body`, which sees `cached` and `recipeHash`, in a process with a cache of its own. */
  const inProcess = (body: string): Promise<Finished> =>
    run(process.execPath, ['--input-type=module', '-e', `import { cached, recipeHash } from ${JSON.stringify(module)};\n${body}`], {
      env: { ...process.env, XDG_CACHE_HOME: home },
      seconds: 100,
    });
  /** A process that builds `thing`, and is not done with it before `askers` processes have asked for it. */
  const ask = (askers: number): Promise<Finished> =>
    inProcess(`import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
      const file = (name) => process.env.XDG_CACHE_HOME + '/' + name;
      appendFileSync(file('asked'), 'x');
      console.log(await cached('thing', 'abc', async (directory) => {
        appendFileSync(file('built'), 'x');
        while (readFileSync(file('asked'), 'utf8').length < ${askers}) await new Promise((wake) => setTimeout(wake, 20));
        writeFileSync(directory + '/made', 'complete');
      }));`);

  test('makes a thing once for all that ask at the same time', async () => {
    const asked = await Promise.all([ask(4), ask(4), ask(4), ask(4)]);
    for (const { stdout, stderr, status } of asked) {
      assert.deepEqual([stderr, status], ['', 0]);
      assert.equal(stdout.trim().split('\n').at(-1), join(cache, 'thing-abc'));
    }
    assert.equal(readFileSync(join(home, 'built'), 'utf8'), 'x');
    assert.equal(readFileSync(join(cache, 'thing-abc/made'), 'utf8'), 'complete');
    assert.deepEqual(readdirSync(cache), ['thing-abc']);
  });

  test('goes on after a builder that was killed', async () => {
    const killed = await inProcess(`await cached('thing', 'abc', async (directory) => process.kill(process.pid, 'SIGKILL'));`);
    assert.equal(killed.status, null);
    assert.deepEqual(readdirSync(cache).sort(), ['thing-abc.building', 'thing-abc.lock']);
    const next = await ask(1);
    assert.deepEqual([next.stdout, next.status], [`${join(cache, 'thing-abc')}\n`, 0]);
    assert.deepEqual(readdirSync(cache), ['thing-abc']);
  });

  test('keeps nothing of a build that failed', async () => {
    const failed = await inProcess(`await cached('thing', 'abc', async () => { throw new Error('no mirror'); });`);
    assert.match(failed.stderr, /no mirror/);
    assert.equal(failed.status, 1);
    assert.deepEqual(readdirSync(cache), []);
  });

  test('makes it anew when the recipe changes, wherever the clone is', async () => {
    const [one, other] = [join(home, 'one'), join(home, 'other')];
    writeRecipe(one, 'start');
    writeRecipe(other, 'start');
    const { stdout } = await inProcess(hashes([one, other]));
    assert.match(stdout, /^([0-9a-f]{16})\n\1\n$/);
    writeRecipe(other, 'start quietly');
    const changed = (await inProcess(hashes([one, other]))).stdout;
    assert.match(changed, /^([0-9a-f]{16})\n(?!\1)[0-9a-f]{16}\n$/);
    assert.ok(!existsSync(cache));
  });
});

/** A recipe of a file and a folder. */
function writeRecipe(clone: string, init: string): void {
  mkdirSync(join(clone, 'guest'), { recursive: true });
  writeFileSync(join(clone, 'build.sh'), 'make');
  writeFileSync(join(clone, 'guest/init'), init);
}

/** A program that prints the hash of each clone's recipe. */
function hashes(clones: readonly string[]): string {
  return clones.map((clone) => `console.log(recipeHash('${clone}', ['${clone}/build.sh', '${clone}/guest']));`).join('\n');
}
