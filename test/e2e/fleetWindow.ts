import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from 'mocha';
import { skip } from '../support/skip.ts';
import { findInstallation } from '../vscode-host/installation.ts';
import { makeScratch, projectRoot } from '../vscode-host/scratch.ts';
import type { Scratch } from '../vscode-host/scratch.ts';
import { Workbench } from '../vscode-host/workbench.ts';
import type { WorkbenchOptions } from '../vscode-host/workbench.ts';

/** A window on a copy of the example fleet, with the packaged extension. */
export interface FleetWindow {
  readonly workbench: Workbench;
  readonly scratch: Scratch;
  close(): Promise<void>;
}

export interface FleetWindowOptions extends Pick<WorkbenchOptions, 'settings' | 'trustAll' | 'folder'> {
  /** Opens no folder at all. */
  readonly empty?: boolean;
  /** Written into the fleet before it is opened, by name. */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * Opens the window; skips the suite where there is nothing to open it with.
 * @param context - of the suite's setup hook.
 */
export async function openFleetWindow(context: Context, options: FleetWindowOptions = {}): Promise<FleetWindow> {
  const installation = findInstallation(process.env);
  if (typeof installation === 'string') skip(context, installation);
  const scratch = makeScratch();
  const { empty, files = {}, ...rest } = options;
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(scratch.fleet, name), text);
    const workbench = await Workbench.open(installation, {
      ...rest,
      userDataDir: join(scratch.directory, 'data'),
      settings: {
        'files.autoSave': 'off',
        'workbench.colorTheme': 'Default Dark Modern',
        'editor.minimap.enabled': false,
        ...options.settings,
      },
      ...(empty === true ? {} : { folder: options.folder ?? scratch.fleet }),
      extensions: [join(projectRoot, 'keepsake.vsix')],
      pictures: join(projectRoot, 'out/e2e'),
    });
    const close = async (): Promise<void> => {
      await workbench.close();
      scratch.remove();
    };
    return { workbench, scratch, close };
  } catch (error) {
    scratch.remove();
    throw error;
  }
}

/** Hooks of a suite that works in one window from top to bottom, as a person would: each test starts where the one before ended. */
export function useFleetWindow(options: FleetWindowOptions = {}): Pick<FleetWindow, 'workbench' | 'scratch'> {
  let window: FleetWindow | undefined;
  suiteSetup(async function () {
    window = await openFleetWindow(this, options);
  });
  teardown(async function () {
    await pictureOfFailure(this, window);
  });
  suiteTeardown(async () => {
    await window?.close();
  });
  const opened = (): FleetWindow => {
    if (window === undefined) throw new Error('the window is not open yet');
    return window;
  };
  return {
    get workbench() {
      return opened().workbench;
    },
    get scratch() {
      return opened().scratch;
    },
  };
}

/** For a `teardown` hook: leaves a picture of what a failed test saw, and prints its words, since a log is often all one has. */
export async function pictureOfFailure(context: Context, window: FleetWindow | undefined): Promise<void> {
  if (context.currentTest?.state !== 'failed' || window === undefined) return;
  const file = await window.workbench.picture(`failed-${context.currentTest.title.replaceAll(/\W+/g, '-')}`);
  const words = await window.workbench.words().catch((error: unknown) => `the window can't be read: ${String(error)}`);
  console.log(`      see ${file}, where stands:\n${words.replaceAll(/^/gm, '      ')}`);
}

/** The file of the fleet that most of what is written is written into. */
export const STORAGE = 'hosts/tank/persistence.nix';

/** The settings under which the host of the recorded listing is shown without a machine. */
export const captureSettings = { 'keepsake.hosts': { tank: { capture: 'captures/tank-root.zfsdiff' } } };
