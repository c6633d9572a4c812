import assert from 'node:assert/strict';
import type { ProblemDto } from '../../../server/src/protocol.ts';
import { Evidence } from '../../../server/src/remote/evidence.ts';
import { follow } from '../../../server/src/remote/follow.ts';
import type { FollowTools, Listed } from '../../../server/src/remote/follow.ts';
import { Slots } from '../../../server/src/remote/slots.ts';

const problem = (code: string): ProblemDto => ({ code, message: code, nextStep: '', detail: '' });
const fine = (fingerprint: string): Listed => ({ problem: null, fingerprint });
const failed = (code: string): Listed => ({ problem: problem(code), fingerprint: '' });

const nothing = (): void => undefined;
const never: FollowTools['after'] = () => nothing;

/** A world in which time passes when somebody waits, and everything is written down. */
class World {
  now = 0;
  readonly log: string[] = [];
  readonly abort = new AbortController();
  readonly tools: FollowTools;
  listing = false;

  constructor(listings: Listed[], watches: (string | ProblemDto)[][] | null, listingTakes = 0) {
    this.tools = {
      now: () => this.now,
      after: (milliseconds, callback) => {
        this.log.push(`wait ${milliseconds}`);
        const timer = setImmediate(() => {
          this.now += milliseconds;
          callback();
        });
        return () => clearImmediate(timer);
      },
      list: async () => {
        assert.ok(!this.listing, 'never two at once');
        this.listing = true;
        await new Promise((resolve) => setImmediate(resolve));
        this.listing = false;
        this.now += listingTakes;
        const next = listings.shift();
        if (next === undefined) this.abort.abort();
        this.log.push(next === undefined ? 'end' : `list ${next.problem?.code ?? next.fingerprint}`);
        return next ?? fine('');
      },
      token: () => '1',
      stale: (why, retryAt) => this.log.push(why === null ? 'fresh' : `stale ${why.code} ${retryAt ?? 'until asked'}`),
      watch: watches === null ? null : () => tokens(watches.shift() ?? [], this.abort),
    };
  }
}

async function* tokens(said: readonly (string | ProblemDto)[], abort: AbortController): AsyncGenerator<string, ProblemDto | null> {
  for (const each of said) {
    if (typeof each !== 'string') return each;
    await Promise.resolve();
    yield each;
  }
  abort.abort();
  return null;
}

suite('following a host', () => {
  test('lists when the token moves, and only then', async () => {
    const world = new World([fine('b'), fine('c')], [['1', '1', '2', '2', '3', '3']]);
    await follow(fine('a'), 10, world.tools, world.abort.signal);
    assert.deepEqual(world.log, ['list b', 'list c']);
  });

  test('lists ever less often when only the token moves', async () => {
    const world = new World([fine('a'), fine('a'), fine('b'), fine('c')], [['2', '3', '4', '5', '6']]);
    await follow(fine('a'), 10, world.tools, world.abort.signal);
    assert.deepEqual(world.log, ['list a', 'wait 10000', 'list a', 'wait 30000', 'list b', 'list c', 'end']);
  });

  test('rests as long as a listing took', async () => {
    const world = new World([fine('b'), fine('c')], [['2', '3']], 7000);
    await follow(fine('a'), 10, world.tools, world.abort.signal);
    assert.deepEqual(world.log, ['list b', 'wait 7000', 'list c', 'wait 7000']);
  });

  test('without a token it lists from time to time', async () => {
    const world = new World([fine('b')], null);
    await follow(fine('a'), 10, world.tools, world.abort.signal);
    assert.deepEqual(world.log, ['wait 100000', 'list b', 'wait 100000', 'end']);
  });

  test('reaches for a lost host again, ever more rarely, and goes on where it is back', async () => {
    const lost = Array.from({ length: 8 }, () => failed('connection-refused'));
    const world = new World([...lost, fine('a')], [['1', problem('watch-ended')], ['1']]);
    await follow(fine('a'), 10, world.tools, world.abort.signal);
    const waits = world.log.filter((line) => line.startsWith('wait')).map((line) => Number(line.slice(5)) / 1000);
    assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    assert.deepEqual(world.log.slice(0, 3), ['stale watch-ended 1000', 'wait 1000', 'list connection-refused']);
    assert.deepEqual(world.log.slice(-2), ['list a', 'fresh']);
  });

  test('waits for the user where waiting alone does not help', async () => {
    const world = new World([failed('host-key-changed')], [['1', '2']]);
    await follow(fine('a'), 10, world.tools, world.abort.signal);
    assert.deepEqual(world.log, ['list host-key-changed', 'stale host-key-changed until asked']);
  });

  test('ends at once when it is told to, whatever it waits for', async () => {
    for (const watches of [null, [['1', '1']]]) {
      const world = new World([], watches);
      const ending = follow(fine('a'), 10, { ...world.tools, after: never }, world.abort.signal);
      world.abort.abort();
      await ending;
    }
  });
});

suite('whether a root was erased', () => {
  const boot = 1_000_000;
  const evidence = (...times: readonly number[]): Evidence => {
    const found = new Evidence(boot);
    for (const time of times)
      found.take({
        kind: '+',
        fileType: 'F',
        path: Buffer.from(`/${time}`),
        newPath: null,
        links: 0,
        time: `${time}.000000000`,
        unlinked: false,
      });
    return found;
  };

  test('it was, when nothing on it is older than the start', () => {
    assert.equal(evidence(boot - 100, boot, boot + 5000).erased(boot + 10_000), true);
  });

  test('it was not, when things are older by more than a wrong clock explains', () => {
    const found = evidence(boot - 90_000, boot - 50_000, boot + 10);
    assert.equal(found.erased(boot + 10_000), false);
    assert.deepEqual(found.old, { paths: [`/${boot - 90_000}`, `/${boot - 50_000}`], total: 2 });
  });

  test('nothing is said when a clock that was wrong at the start explains it, nor without clocks', () => {
    assert.equal(evidence(boot - 90_000, boot - 89_000).erased(boot + 10_000), null);
    assert.equal(evidence(boot - 90_000, boot - 50_000).erased(null), null);
    assert.equal(evidence(boot - 90_000, boot - 50_000).erased(boot - 100_000), null);
    assert.equal(new Evidence(null).erased(boot), null);
  });
});

test('only so many hosts are connected to at a time, in the order they came', async () => {
  const slots = new Slots(2);
  const order: number[] = [];
  let open = 0;
  let most = 0;
  const abort = new AbortController();
  const work = (n: number) => async (): Promise<void> => {
    most = Math.max(most, ++open);
    order.push(n);
    await new Promise((resolve) => setImmediate(resolve));
    open--;
  };
  await Promise.all([0, 1, 2, 3, 4].map((n) => slots.during(abort.signal, work(n))));
  assert.deepEqual([order, most], [[0, 1, 2, 3, 4], 2]);
  abort.abort();
  assert.equal(await slots.during(abort.signal, () => Promise.reject(new Error('not wanted'))), null);
});
