import assert from 'node:assert/strict';
import { SETTING_DEFAULTS, readSettings, withHostSettings } from '../../../client/src/settings.ts';

const from = (values: Record<string, unknown>) => readSettings({ get: (name) => (name in values ? values[name] : SETTING_DEFAULTS[name]) });

suite('client settings', () => {
  test('are the defaults when nothing is set', () => {
    const settings = from({});
    assert.equal(settings.sshPath, 'ssh');
    assert.deepEqual(settings.sshArguments, []);
    assert.equal(settings.connectTimeoutSeconds, 15);
    assert.deepEqual(Object.keys(settings.hosts), []);
  });

  test('survive values of the wrong type', () => {
    const settings = from({
      hosts: 'web',
      'ssh.path': 7,
      'ssh.arguments': ['-v', 3, null],
      'ssh.connectTimeout': -1,
      'diff.timeout': 'soon',
      'panel.showKept': 'yes',
    });
    assert.deepEqual(Object.keys(settings.hosts), []);
    assert.equal(settings.sshPath, 'ssh');
    assert.deepEqual(settings.sshArguments, ['-v']);
    assert.equal(settings.connectTimeoutSeconds, 15);
    assert.equal(settings.diffTimeoutSeconds, 1800);
    assert.equal(settings.showKept, false);
  });

  test('keep the good fields of a host', () => {
    const settings = from({
      hosts: {
        web: { destination: ' root@web ', dataset: 3, capture: '', sudo: true, extra: 1, backend: 'walk', baseline: 'yesterday' },
        nas: { sudo: 'yes', local: true, backend: 'guess' },
      },
    });
    assert.deepEqual({ ...settings.hosts }, { web: { destination: 'root@web', sudo: true, backend: 'walk' }, nas: { local: true } });
  });

  test('have nothing for a host called like a method', () => {
    assert.equal(from({ hosts: { web: {} } }).hosts['constructor'], undefined);
  });

  test('change one host and leave the others and unknown fields', () => {
    const before = { web: { destination: 'a', note: 'mine', capture: 'c' }, nas: { destination: 'b' } };
    assert.deepEqual(withHostSettings(before, 'web', { destination: 'c', capture: undefined }), {
      web: { destination: 'c', note: 'mine' },
      nas: { destination: 'b' },
    });
    assert.deepEqual(withHostSettings('broken', 'web', { destination: 'c' }), { web: { destination: 'c' } });
  });
});
