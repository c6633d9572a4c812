import assert from 'node:assert/strict';
import { Slots } from '../../../server/src/remote/slots.ts';

suite('slots', () => {
  test('let so many in at once, the others in order, go on after a failure, and pass over who has given up', async () => {
    const slots = new Slots(2);
    const given = new AbortController();
    const ends: (() => void)[] = [];
    const begun: number[] = [];
    const work = [0, 1, 2, 3, 4].map((index) =>
      slots.during(index === 3 ? given.signal : new AbortController().signal, async () => {
        begun.push(index);
        await new Promise<void>((end) => ends.push(end));
        if (index === 0) throw new Error('failed');
        return index;
      }),
    );
    work[0]?.catch(() => undefined);
    await new Promise(setImmediate);
    assert.deepEqual(begun, [0, 1]);
    ends[0]?.();
    await assert.rejects(work[0] ?? Promise.resolve());
    await new Promise(setImmediate);
    assert.deepEqual(begun, [0, 1, 2]);
    given.abort();
    assert.equal(await work[3], null, 'at once, while others go on');
    ends[1]?.();
    ends[2]?.();
    await new Promise(setImmediate);
    assert.deepEqual(begun, [0, 1, 2, 4]);
    ends[3]?.();
    assert.deepEqual(await Promise.all(work.slice(1)), [1, 2, null, 4]);
  });
});
