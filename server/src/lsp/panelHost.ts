import type { ProblemDto } from '../protocol.ts';
import type { Plan } from '../remote/choose.ts';
import { mountPointOf, snapshotDirectory } from '../remote/hostFacts.ts';
import type { HostAccess } from '../remote/hostRead.ts';
import type { Mount } from '../remote/mountinfo.ts';
import type { WalkTarget } from '../remote/walkSource.ts';
import type { BackendTools } from '../remote/zfsBackend.ts';
import { problem } from './problems.ts';
import type { Sessions } from './sessions.ts';

/** What is known of a host that is connected to, and how to ask it for more. */
export interface PanelHost {
  readonly access: HostAccess;
  readonly mounts: ReadonlyMap<string, Mount>;
  /** Mount points with the blank states that can be looked into; none where it was compared with something else. */
  readonly blanks: readonly Pick<WalkTarget, 'mountPoint' | 'against'>[];
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
  const blanks = plan?.baseline !== 'blank' ? [] : plan.backend === 'walk' ? plan.targets : diffTargets(facts.mounts, plan);
  return { access: { link, sudo: live.sudo, newMark }, mounts: facts.mounts, blanks };
}

/** What `zfs diff` compares with. */
function diffTargets(mounts: ReadonlyMap<string, Mount>, { dataset, snapshot }: Plan): PanelHost['blanks'] {
  const mountPoint = mountPointOf(mounts, dataset);
  return mountPoint === null ? [] : [{ mountPoint, against: { kind: 'directory', path: snapshotDirectory(mountPoint, snapshot) } }];
}

/** Whether what {@link panelHost} gave is the reason for nothing. */
export function isProblem(value: PanelHost | ProblemDto): value is ProblemDto {
  return 'nextStep' in value;
}
