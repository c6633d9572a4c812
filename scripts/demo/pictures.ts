import type { Installation } from '../../test/vscode-host/installation.ts';
import { until } from '../../test/vscode-host/until.ts';
import { Workbench } from '../../test/vscode-host/workbench.ts';

export interface PicturesOptions {
  readonly folder: string;
  readonly extensions: readonly string[];
  readonly userDataDir: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Where the pictures go. */
  readonly directory: string;
  /** The host whose changes are shown. */
  readonly host: string;
  /** The host is a running machine: it is connected to first, and `panel-live.png` is taken as well. */
  readonly live: boolean;
}

/**
 * Takes the pictures of the README, the extension doing what they show: `squiggle.png`, `problems.png`, `panel.png`, `persisted.png`,
 * `reboot.png`, with a live host also `panel-live.png`.
 */
export async function takePictures(installation: Installation, options: PicturesOptions): Promise<void> {
  const { userDataDir, settings, folder, extensions } = options;
  const workbench = await Workbench.open(installation, { userDataDir, settings, folder, extensions, pictures: options.directory });
  try {
    const take = async (name: string): Promise<void> => console.log(await workbench.picture(name));
    await openFix(workbench);
    await take('squiggle');
    await closeFix(workbench);
    await workbench.problems();
    await workbench.page.locator('.markers-panel .monaco-list-row').filter({ hasText: options.host, visible: true }).first().waitFor();
    await take('problems');
    await workbench.command('View: Toggle Panel Visibility');
    await workbench.keepsakeView();
    await workbench.widenSideBar(540);
    await listHost(workbench, options);
    await take(options.live ? 'panel-live' : 'panel');
    if (options.live) await take('panel');
    await persist(workbench, options.host);
    await take('persisted');
    await reboot(workbench, options.host);
    await take('reboot');
  } finally {
    await workbench.close();
  }
}

/** Where sshd is enabled without a place for its keys, with the menu of that finding open. */
async function openFix(workbench: Workbench): Promise<void> {
  await workbench.openFile('hosts/tank/configuration.nix');
  await workbench.squiggles().first().waitFor();
  await workbench.page.locator('.view-line', { hasText: 'services.openssh.enable' }).click();
  await workbench.quickFixes();
}

async function closeFix(workbench: Workbench): Promise<void> {
  await workbench.page.keyboard.press('Escape');
  await workbench.page.locator('.action-widget:not(.action-list-submenu-panel)').waitFor({ state: 'hidden' });
}

/** The host's rows, unfolded as far as there is something of interest. */
async function listHost(workbench: Workbench, options: PicturesOptions): Promise<void> {
  const host = workbench.row(options.host);
  await host.waitFor();
  if (options.live) await workbench.clickInline(host, 'Refresh Unsaved State');
  await until('the listing', async () => (await lostCount(workbench, options.host)) !== null, 180_000);
  await workbench.unfold(host);
  await workbench.row(/^Would be lost: critical/).waitFor();
  // Letters and colours come after the rows.
  await workbench.row('/etc/ssh').locator('[class*="monaco-decoration-itemBadge"]').first().waitFor();
}

/** Persists one thing, and shows what has become of it. */
async function persist(workbench: Workbench, host: string): Promise<void> {
  await workbench.findPaths('vaultwarden');
  await workbench.row(/^Only paths with/).waitFor();
  const before = await lostCount(workbench, host);
  await workbench.clickInline(workbench.row(/^\/var\/lib\/vaultwarden/), 'Persist');
  await workbench.page.locator('.view-line', { hasText: '"/var/lib/vaultwarden"' }).waitFor();
  await workbench.unfold(workbench.row(/^Declared, not active yet/));
  await workbench.row(/^\/var\/lib\/vaultwarden.*declared, not active yet/).waitFor();
  await until(`the counts of ${host} to follow`, async () => {
    const now = await lostCount(workbench, host);
    return now !== null && now !== before;
  });
  await workbench.command('Keepsake: Show All Paths Again');
}

/** Asks whether the host can be rebooted, and shows the report. */
async function reboot(workbench: Workbench, host: string): Promise<void> {
  await workbench.command('Notifications: Clear All Notifications');
  await workbench.clickInline(workbench.row(host), 'Safe to Reboot?');
  await workbench.page.locator('.view-line', { hasText: /Safe\s+to\s+reboot/ }).waitFor();
}

/** What a host would lose, by its row; null as long as it is not listed whole. */
async function lostCount(workbench: Workbench, host: string): Promise<string | null> {
  const words = (await workbench.row(host).innerText()).replace(host, '').trim();
  return /^([\d,]+) would be lost/.exec(words)?.[1] ?? null;
}
