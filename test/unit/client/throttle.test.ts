import assert from 'node:assert/strict';
import { Throttle } from '../../../client/src/panel/throttle.ts';

suite('client throttle', () => {
  test('works at once, and once more for all that was asked meanwhile', async () => {
    let worked = 0;
    let throttle: Throttle | null = null;
    await new Promise<void>((second) => {
      throttle = new Throttle(() => {
        worked++;
        if (worked === 2) second();
      }, 5);
      for (let times = 0; times < 10; times++) throttle.ask();
      assert.equal(worked, 1);
    });
    assert.equal(worked, 2);
    assert.ok(throttle);
  });
});
