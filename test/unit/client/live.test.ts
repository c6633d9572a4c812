import assert from 'node:assert/strict';
import { Live } from '../../../client/src/panel/live.ts';
import type { LiveParams } from '../../../server/src/protocol/live.ts';

interface Told {
  readonly live: Live;
  /** What the server was told since the last look. */
  readonly told: () => string[];
}

function liveOf(): Told {
  const said: string[] = [];
  const live = new Live({
    setLive: async ({ host, on, intervalSeconds }: LiveParams) => void said.push(`${host} ${on ? `every ${intervalSeconds}` : 'off'}`),
    looked: async (host) => void said.push(`${host} looked`),
  });
  return { live, told: () => said.splice(0) };
}

suite('following hosts', () => {
  test('only hosts that were connected to, only while the view is in sight', async () => {
    const { live, told } = liveOf();
    await live.setWishes({ follow: true, intervalSeconds: 30 });
    await live.setVisible(true);
    assert.deepEqual(told(), []);
    await live.setConnected('web', true);
    assert.deepEqual(told(), ['web every 30']);
    await live.setConnected('web', true);
    assert.deepEqual(told(), [], 'nothing is said twice');
    await live.setVisible(false);
    assert.deepEqual(told(), ['web off', 'web looked']);
    await live.setVisible(true);
    assert.deepEqual(told(), ['web every 30']);
  });

  test('a captured listing is never followed, and no longer a host that becomes one', async () => {
    const { live, told } = liveOf();
    await live.setWishes({ follow: true, intervalSeconds: 30 });
    await live.setVisible(true);
    await live.setConnected('web', false);
    assert.deepEqual(told(), []);
    await live.setConnected('web', true);
    await live.setConnected('web', false);
    assert.deepEqual(told(), ['web every 30', 'web off']);
  });

  test('pause leaves one host alone; the interval is that of the settings', async () => {
    const { live, told } = liveOf();
    await live.setVisible(true);
    await live.setWishes({ follow: true, intervalSeconds: 30 });
    await live.setConnected('web', true);
    await live.setConnected('nas', true);
    told();
    await live.setPaused('web', true);
    assert.deepEqual([told(), live.isPaused('web'), live.isPaused('nas')], [['web off'], true, false]);
    await live.setWishes({ follow: true, intervalSeconds: 5 });
    assert.ok(told().includes('nas every 5'));
    await live.setPaused('web', false);
    assert.deepEqual(told(), ['web every 5']);
    await live.setWishes({ follow: false, intervalSeconds: 5 });
    assert.deepEqual(told().sort(), ['nas off', 'web off']);
  });

  test('a new server follows nothing until hosts are connected to again', async () => {
    const { live, told } = liveOf();
    await live.setVisible(true);
    await live.setWishes({ follow: true, intervalSeconds: 30 });
    await live.setConnected('web', true);
    told();
    live.serverStarted();
    await live.setVisible(false);
    await live.setVisible(true);
    assert.deepEqual(told(), []);
    await live.setConnected('web', true);
    assert.deepEqual(told(), ['web every 30']);
  });
});
