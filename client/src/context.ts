import type * as vscode from 'vscode';
import type { HostDto } from '../../server/src/protocol.ts';
import type { StartDiffParams } from '../../server/src/protocol/live.ts';
import type { Live } from './panel/live.ts';
import type { Orphans } from './panel/orphans.ts';
import type { VirtualTexts } from './panel/virtualTexts.ts';
import type { UnsavedState } from './panel/unsavedState.ts';
import type { KeepsakeServer } from './server/keepsakeServer.ts';
import type { Settings } from './settings.ts';

/** What commands work with; made once at activation and handed in. */
export interface Context {
  readonly server: KeepsakeServer;
  readonly panel: UnsavedState;
  /** Tells all views which hosts there are. */
  setHosts(hosts: readonly HostDto[]): void;
  /** Hosts that are followed. */
  readonly live: Live;
  /** Texts of hosts, plans and reports. */
  readonly texts: VirtualTexts;
  readonly orphans: Orphans;
  readonly log: vscode.LogOutputChannel;
  /** Captures opened by hand, by host; they stand until the host is connected to. */
  readonly openedCaptures: Map<string, StartDiffParams['source']>;
  /** Hosts whose run is being started: asked for, not answered yet. */
  readonly starting: Set<string>;
  /** The settings as they are for a host's folder. */
  settings(host?: HostDto): Settings;
}
