/** What keeps a path across boots, as a host's configuration declares it. */
export interface Keeper {
  /** Absolute and normalised: the path asked for, or a directory above it. */
  readonly path: string;
  readonly kind: 'directory' | 'file';
  /** As a person would say it: the entry and where it is written. */
  readonly description: string;
}

/** The nearest declared entry at or above an absolute, normalised path; null when nothing declares it. Asked once per row: be quick. */
export type CoverageOf = (absolutePath: string) => Keeper | null;
