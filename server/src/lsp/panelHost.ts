import type { ProblemDto } from '../protocol.ts';
import type { HostAccess } from '../remote/hostRead.ts';
import type { Mount } from '../remote/mountinfo.ts';
import type { BackendTools } from '../remote/zfsBackend.ts';
import type { Sessions } from './sessions.ts';

/** What is known of a host that is connected to, and how to ask it for more. */
export interface PanelHost {
  readonly access: HostAccess;
  readonly mounts: ReadonlyMap<string, Mount>;
  /** The blank snapshot that can be looked into, and where its dataset is mounted; null when there is none. */
  readonly blank: { readonly mountPoint: string; readonly snapshot: string } | null;
}

const NOT_CONNECTED: ProblemDto = {
  code: 'not-connected',
  message: 'The host is not connected to; a captured listing has no files to look at.',
  nextStep: 'Connect to it, and list it once.',
  detail: '',
};

/** The connection of a host that was listed over one; else what is missing. Connections end with their listing so far. */
export function panelHost(_sessions: Sessions, _host: string, _tools: Pick<BackendTools, 'newMark'>): PanelHost | ProblemDto {
  return NOT_CONNECTED;
}

/** Whether what {@link panelHost} gave is the reason for nothing. */
export function isProblem(value: PanelHost | ProblemDto): value is ProblemDto {
  return 'nextStep' in value;
}
