import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownFolder, removeOrphaned } from '../../../server/src/remote/ownFolder.ts';
import { run } from '../../hosts/run.ts';

suite('folders of a process', () => {
  let directory: string;
  setup(() => {
    directory = mkdtempSync(join(tmpdir(), 'keepsake-own-'));
  });
  teardown(() => rmSync(directory, { recursive: true, force: true }));

  /** A folder of a process that was killed. */
  const orphan = async (): Promise<string> => {
    const module = join(import.meta.dirname, '../../../server/src/remote/ownFolder.ts');
    const script = `const { ownFolder } = require(${JSON.stringify(module)});
      console.log(ownFolder(${JSON.stringify(directory)}, 'ks-')); process.kill(process.pid, 'SIGKILL');`;
    const { stdout, status } = await run(process.execPath, ['--import', 'tsx', '-e', script]);
    assert.equal(status, null);
    const path = stdout.trim();
    assert.ok(existsSync(path));
    return path;
  };

  test('are for their user alone', () => {
    assert.equal(statSync(ownFolder(directory, 'ks-')).mode & 0o777, 0o700);
  });

  test('of a process that was killed are removed, with what is in them; those of others stay', async () => {
    const gone = await orphan();
    mkdirSync(join(gone, 'inside'));
    writeFileSync(join(gone, 'inside/file'), '');
    const running = ownFolder(directory, 'ks-');
    const nobodys = mkdtempSync(join(directory, 'ks-'));
    const otherwiseNamed = await orphan().then((path) => {
      const other = join(directory, 'other');
      mkdirSync(other);
      writeFileSync(join(other, 'owner'), readFileSync(join(path, 'owner')));
      return other;
    });
    const link = join(directory, 'ks-link');
    symlinkSync(otherwiseNamed, link);
    removeOrphaned(directory, 'ks-');
    assert.ok(!existsSync(gone));
    for (const path of [running, nobodys, otherwiseNamed, link]) assert.ok(existsSync(path), path);
  });

  test('of a process that can not be told to be gone stay', async () => {
    const path = await orphan();
    for (const owner of ['', 'x', '1', `${process.pid}`, readFileSync(join(path, 'owner'), 'utf8').replace(/ .*/, ' pid:[0]')]) {
      writeFileSync(join(path, 'owner'), owner);
      removeOrphaned(directory, 'ks-');
      assert.ok(existsSync(path), owner);
    }
  });

  test('are looked for only where there is something', () => {
    removeOrphaned(join(directory, 'nothing'), 'ks-');
  });
});
