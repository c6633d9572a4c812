import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCommandLine } from './commandLine.ts';
import { findDesktop } from './desktop.ts';

suite('test bed: the command line and the choice of a VS Code', () => {
  let directory: string;

  setup(() => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), 'keepsake-bed-')));
  });
  teardown(() => {
    rmSync(directory, { recursive: true });
  });

  test('options take their value after = or in the next argument, and may repeat', () => {
    const { options, paths } = readCommandLine([
      '--extensionTestsPath=/t',
      '--user-data-dir',
      '/d',
      '--extensionDevelopmentPath=/a',
      '--extensionDevelopmentPath=/b=c',
      '--disable-extensions',
      'file:///w%20s',
      '--',
      '--x',
    ]);
    assert.deepEqual(Object.fromEntries(options), {
      extensionTestsPath: ['/t'],
      'user-data-dir': ['/d'],
      extensionDevelopmentPath: ['/a', '/b=c'],
      'disable-extensions': [''],
    });
    assert.deepEqual(paths, ['/w s', '--x']);
  });

  test('the program is found behind the link and the script that `code` is', () => {
    mkdirSync(join(directory, 'share/code/bin'), { recursive: true });
    mkdirSync(join(directory, 'bin'));
    for (const file of ['share/code/code', 'share/code/bin/code']) {
      writeFileSync(join(directory, file), '');
      chmodSync(join(directory, file), 0o755);
    }
    symlinkSync('../share/code/bin/code', join(directory, 'bin/code'));
    const PATH = join(directory, 'bin');
    assert.equal(findDesktop({ PATH, DISPLAY: ':0' }, 'linux'), join(directory, 'share/code/code'));
    assert.equal(findDesktop({ PATH }, 'linux'), null, 'no display to show a window on');
    assert.equal(findDesktop({ PATH: directory, DISPLAY: ':0' }, 'linux'), null);
    assert.equal(findDesktop({ PATH, VSCODE_EXECUTABLE: '/my/code' }, 'linux'), '/my/code');
  });
});
