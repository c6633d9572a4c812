import type { ProblemDto } from '../protocol.ts';
import { mountPointOf } from '../remote/hostFacts.ts';
import type { HostAccess } from '../remote/hostRead.ts';
import type { Mount } from '../remote/mountinfo.ts';
import type { BackendTools } from '../remote/zfsBackend.ts';
import { problem } from './problems.ts';
import type { Sessions } from './sessions.ts';

/** What is known of a host that is connected to, and how to ask it for more. */
export interface PanelHost {
  readonly access: HostAccess;
  readonly mounts: ReadonlyMap<string, Mount>;
  /** The blank snapshot that can be looked into, and where its dataset is mounted; null when there is none. */
  readonly blank: { readonly mountPoint: string; readonly snapshot: string } | null;
}

const NOT_CONNECTED = problem(
  'not-connected',
  'The host is not connected to; a captured listing has no files to look at.',
  'Connect to it, and list it once.',
);

/** The connection of a host that was listed over one; else what is missing. */
export function panelHost(sessions: Sessions, host: string, { newMark }: Pick<BackendTools, 'newMark'>): PanelHost | ProblemDto {
  const live = sessions.live(host);
  const facts = live?.reader?.facts ?? null;
  if (live?.reader == null || facts === null) return NOT_CONNECTED;
  const { link, plan } = live.reader;
  const mountPoint = plan === null || facts.root?.type !== 'zfs' ? null : mountPointOf(facts.mounts, plan.dataset);
  const blank = plan === null || mountPoint === null || plan.snapshot === '' ? null : { mountPoint, snapshot: plan.snapshot };
  return { access: { link, sudo: live.sudo, newMark }, mounts: facts.mounts, blank };
}

/** Whether what {@link panelHost} gave is the reason for nothing. */
export function isProblem(value: PanelHost | ProblemDto): value is ProblemDto {
  return 'nextStep' in value;
}
