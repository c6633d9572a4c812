import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startZfsMachine } from '../../test/hosts/zfsMachine.ts';
import type { ZfsMachine } from '../../test/hosts/zfsMachine.ts';
import { onPath, requireInstallation } from '../../test/vscode-host/installation.ts';
import { makeScratch, projectRoot } from '../../test/vscode-host/scratch.ts';
import { serveBrowserWindow } from './browserWindow.ts';
import { showDesktopWindow } from './desktopWindow.ts';
import { packNixColours } from './nixColours.ts';
import { takePictures } from './pictures.ts';

export interface DemoOptions {
  /** Read the host from a real ZFS machine instead of from the recorded listing. */
  readonly zfs: boolean;
  /** Take pictures into this directory instead of waiting for a person. */
  readonly pictures: string | null;
}

/** The host of the fleet whose root is ZFS, as in the blog post. */
const HOST = 'tank';

/**
 * Runs the demo on a copy of the example fleet and cleans up after it. The extension must be packaged as `keepsake.vsix`.
 * @param ended - aborts when the user has had enough.
 */
export async function runDemo(options: DemoOptions, environment: NodeJS.ProcessEnv, ended: AbortSignal): Promise<void> {
  const scratch = makeScratch();
  let machine: ZfsMachine | null = null;
  try {
    if (options.zfs) machine = await startMachine();
    const colours = packNixColours(scratch.directory);
    const window = {
      folder: scratch.fleet,
      extensions: [join(projectRoot, 'keepsake.vsix'), colours],
      userDataDir: join(scratch.directory, 'data'),
      settings: { ...looks, ...sourceSettings(machine) },
    };
    if (ended.aborted) return;
    if (options.pictures !== null) {
      await takePictures(requireInstallation(environment), {
        ...window,
        directory: resolve(options.pictures),
        host: HOST,
        live: machine !== null,
      });
      return;
    }
    const code = onPath('code', environment);
    if (code !== null) await showDesktopWindow({ ...window, code }, ended);
    else await serveBrowserWindow(requireInstallation(environment), window, ended);
  } finally {
    await machine?.stop();
    scratch.remove();
  }
}

/** A quiet window with room for the text; everything else as VS Code has it. */
const looks = {
  'workbench.colorTheme': 'Default Dark Modern',
  'editor.minimap.enabled': false,
  'files.autoSave': 'off',
};

function sourceSettings(machine: ZfsMachine | null): Readonly<Record<string, unknown>> {
  if (machine === null) return { 'keepsake.hosts': { [HOST]: { capture: 'captures/tank-root.zfsdiff' } } };
  return { 'keepsake.hosts': { [HOST]: { destination: machine.host } }, 'keepsake.ssh.arguments': ['-F', machine.sshConfig] };
}

/** Starts the ZFS machine and lets it live a little, so that there is something to lose. */
async function startMachine(): Promise<ZfsMachine> {
  console.log('Starting the ZFS machine …');
  const machine = await startZfsMachine();
  const { status, stderr } = await machine.exec(readFileSync(join(projectRoot, 'test/hosts/zfs/scenario.sh'), 'utf8'));
  if (status === 0) return machine;
  await machine.stop();
  throw new Error(`the ZFS machine could not be filled:\n${stderr}`);
}
