/** What keeps a path across boots, as a host's configuration declares it. */
export interface Keeper {
  /** Absolute and normalised: the path asked for, or a directory above it. */
  readonly path: string;
  readonly kind: 'directory' | 'file';
  /** As a person would say it: the entry and where it is written. */
  readonly description: string;
}

/** The nearest declared entry at or above an absolute, normalised path; null when nothing declares it. */
export interface CoverageOf {
  (absolutePath: string): Keeper | null;
  /** Whether anything below a directory may be declared. Where not, its rows need no questions of their own; not given: always. */
  readonly hasBelow?: (directory: string) => boolean;
}
