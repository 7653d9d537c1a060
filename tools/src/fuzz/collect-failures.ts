/** Failures of one reader by their reason. */
import type { Failure } from "./run-inputs.ts";

export interface FailureKind {
  reason: string;
  count: number;
  /** The number of the first input with this failure. */
  first: number;
}

export interface Failures {
  total: number;
  /** In the order of their first occurrence. */
  kinds: FailureKind[];
  /** @returns whether the reason is new */
  add(failure: Failure): boolean;
}

export function collectFailures(): Failures {
  return {
    total: 0,
    kinds: [],
    add({ number, reason }) {
      this.total++;
      const known = this.kinds.find((kind) => kind.reason === reason);
      if (known) known.count++;
      else this.kinds.push({ reason, count: 1, first: number });
      return known === undefined;
    },
  };
}
