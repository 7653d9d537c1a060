/** Mutants: small faults that some test must notice. */

export interface Mutant {
  /** The source file, from the repository's root. */
  file: string;
  /** The function, method or constant in which `from` is searched; its name must be unique in the file. */
  within: string;
  /** An expression that `within` contains exactly once; white space is compared loosely. */
  from: string;
  to: string;
  /** For an equivalent mutant, the proof that both compute the same. It must survive. */
  equivalent?: string;
}

/** Mutants of one area of the code, and the tests that run against them. */
export interface Area {
  name: string;
  /** Filters of test files, as on vitest's command line. */
  tests: readonly string[];
  mutants: readonly Mutant[];
}

/** [expression, replacement], and for an equivalent mutant the proof. */
type Change = readonly [from: string, to: string, equivalent?: string];

/** Mutants of one function. */
export function mutantsOf(file: string, within: string, ...changes: readonly Change[]): Mutant[] {
  return changes.map(([from, to, equivalent]) => ({
    file,
    within,
    from,
    to,
    ...(equivalent && { equivalent }),
  }));
}

/** The title of a mutant in reports. */
export function titleOf({ file, within, from, to }: Mutant): string {
  return `${file} ${within}: ${oneLine(from)} -> ${oneLine(to)}`;
}

function oneLine(code: string): string {
  return code.replace(/\s+/g, " ").trim();
}
