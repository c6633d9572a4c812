import type { HostParams, LocationDto, PersistDto, ProblemDto } from '../protocol.ts';
import type { LossSeverity, Verdict, VerdictGroup } from './rows.ts';

/** What the panel asks for besides rows. Requests, client to server. */
export const PanelRequests = {
  /** {@link OverviewParams} -> {@link OverviewDto}: how much there is of every verdict, in things worth keeping, paths and bytes. */
  overview: 'keepsake/diff/overview',
  /** {@link ServicesParams} -> {@link ServicesDto}: whose things they are, by the catalogue. */
  services: 'keepsake/diff/services',
  /** {@link HostParams} -> {@link DeclaredDto}: what the configuration keeps, by which line, and whether it is mounted. */
  declared: 'keepsake/declared',
  /** {@link HostParams} -> {@link OrphansDto}: what lies in the host's storages and is declared no longer. Reads the host. */
  orphans: 'keepsake/orphans',
  /** {@link LookParams} -> {@link LookDto}: the content of a file of the host, now or in the blank snapshot. Reads the host. */
  look: 'keepsake/look',
  /** {@link CopyPlanParams} -> {@link CopyPlanDto}: commands that move what is there into storage. Nothing is run. */
  copyPlan: 'keepsake/copyPlan',
  /** {@link HostParams} -> {@link RebootDto}: whether the host can be rebooted without a loss that nobody wants. */
  reboot: 'keepsake/reboot',
  /** {@link IgnoreParams} -> {@link PersistDto}: the edit of `keepsake.json` that leaves these rows out from now on. */
  ignore: 'keepsake/ignore',
} as const;

/** Parameters and result of each. */
export interface PanelRequestTypes {
  readonly 'keepsake/diff/overview': { readonly params: OverviewParams; readonly result: OverviewDto };
  readonly 'keepsake/diff/services': { readonly params: ServicesParams; readonly result: ServicesDto };
  readonly 'keepsake/declared': { readonly params: HostParams; readonly result: DeclaredDto };
  readonly 'keepsake/orphans': { readonly params: HostParams; readonly result: OrphansDto };
  readonly 'keepsake/look': { readonly params: LookParams; readonly result: LookDto };
  readonly 'keepsake/copyPlan': { readonly params: CopyPlanParams; readonly result: CopyPlanDto };
  readonly 'keepsake/reboot': { readonly params: HostParams; readonly result: RebootDto };
  readonly 'keepsake/ignore': { readonly params: IgnoreParams; readonly result: PersistDto };
}

export interface OverviewParams {
  readonly host: string;
  readonly run: number;
  readonly filter?: string;
}

/** How much there is of something. */
export interface AmountDto {
  /** Things worth keeping: a directory that is somebody's counts once, with all that is in it. */
  readonly places: number;
  readonly paths: number;
  /** Bytes; null when the listing does not tell sizes. */
  readonly size: number | null;
}

export interface OverviewDto {
  /** Worst first; groups without a path are left out. */
  readonly groups: readonly ({ readonly group: VerdictGroup } & AmountDto)[];
  readonly revision: number;
}

export interface ServicesParams extends OverviewParams {
  readonly verdicts: readonly Verdict[];
  readonly severities?: readonly LossSeverity[];
}

export interface ServicesDto {
  /** `title` is null for what the catalogue does not know; that one is last. */
  readonly services: readonly ({ readonly title: string | null; readonly loss: string } & AmountDto)[];
  readonly revision: number;
}

/** What a declared path is on the running host, as far as its mounts tell. */
export type Standing = 'mounted' | 'link' | 'not-active' | 'unknown';

export interface DeclaredEntryDto {
  /** Absolute; null when the user's home is not decidable. */
  readonly path: string | null;
  /** As it is written, for people. */
  readonly text: string;
  readonly kind: 'directory' | 'file';
  readonly user: string | null;
  readonly storage: string | null;
  readonly mechanism: string;
  readonly location: LocationDto;
  /** Source text of conditions that can't be decided, outermost first. */
  readonly conditions: readonly string[];
  /** `unknown` until the host was listed with its mounts. */
  readonly standing: Standing;
}

export interface DeclaredDto {
  /** In the order of storages and paths. */
  readonly entries: readonly DeclaredEntryDto[];
}

export interface OrphanDto {
  /** Where it lies now: below a storage. */
  readonly path: string;
  /** Where it would be seen if it were declared. */
  readonly original: string;
  readonly storage: string;
  readonly kind: 'directory' | 'file';
  /** Bytes on disk, as `du` counts them; null when it could not be read. */
  readonly size: number | null;
  /** The command that removes it, quoted for a shell. Never run by Keepsake. */
  readonly removal: string;
}

export interface OrphansDto {
  readonly orphans: readonly OrphanDto[];
  /** More were found than are told. */
  readonly cut: boolean;
  readonly problem: ProblemDto | null;
}

export interface LookParams {
  readonly host: string;
  readonly run: number;
  readonly row: number;
  /** The file as it is now, or as the blank snapshot has it. */
  readonly from: 'now' | 'blank';
  /** The user has agreed to see what may be a secret. */
  readonly secrets: boolean;
}

export interface LookDto {
  /** Null with a problem, with `secret`, and for what is no text. */
  readonly text: string | null;
  /** Bytes of the file; null when it is not there. */
  readonly size: number | null;
  /** `text` is the beginning only. */
  readonly cut: boolean;
  /** The file may hold a secret: ask the user, then ask again. */
  readonly secret: boolean;
  readonly problem: ProblemDto | null;
}

export interface CopyPlanParams {
  readonly host: string;
  readonly run: number;
  readonly rows: readonly number[];
}

export interface CopyPlanDto {
  /** A commented POSIX sh text for a root shell on the host; empty with a problem. */
  readonly text: string;
  readonly problem: ProblemDto | null;
}

export interface RebootReasonDto {
  readonly kind: 'lost' | 'not-active' | 'mounted' | 'never-rolled-back' | 'storage-late' | 'incomplete' | 'unread';
  readonly message: string;
  /** What to do about it; empty when there is nothing. */
  readonly nextStep: string;
  /** What it is about, at most a few dozen. */
  readonly paths: readonly string[];
}

export interface RebootDto {
  /** Null: it can't be told, for the reasons given. */
  readonly safe: boolean | null;
  /** What stands against it, worst first. */
  readonly reasons: readonly RebootReasonDto[];
  /** The report as text, to be copied. */
  readonly text: string;
}

export interface IgnoreParams {
  readonly host: string;
  readonly run: number;
  readonly rows: readonly number[];
  readonly scope: 'host' | 'workspace';
}
