/** Where and how workers run. */
export interface Bench {
  /** The repository's. */
  root: string;
  python: string | undefined;
  /** What goes before a command line. */
  pinning: readonly string[];
  threads: number;
}
