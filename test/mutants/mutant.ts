/** Mutants: small faults that some test must notice. */

export interface Mutant {
  /** The source file, from the repository's root. */
  file: string;
  /** The function, method or constant in which `from` is looked for; its name must be unique in the file. */
  within: string;
  /** An expression that `within` contains exactly once; white space is compared loosely. */
  from: string;
  to: string;
  /** Why no test can notice it: the proof that both compute the same. Such a mutant must survive. */
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

/** A mutant as reports call it. */
export function titleOf({ file, within, from, to }: Mutant): string {
  return `${file} ${within}: ${oneLine(from)} -> ${oneLine(to)}`;
}

function oneLine(code: string): string {
  return code.replace(/\s+/g, " ").trim();
}
