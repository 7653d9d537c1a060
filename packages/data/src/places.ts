/** The number of examples for each split and kind, and the split that a new pair joins. */
import { type Random, splits } from "@ft/artifacts";
import type { Split } from "./form.ts";

/** Fractions of all examples; what is left is the split "train". */
export interface Shares {
  circuit: number;
  validation: number;
  /** @default 0 */
  test?: number;
}

/** Examples of each split, rounded to whole ones; the rest is trained on. */
export function splitSizes(examples: number, shares: Shares): Record<Split, number> {
  let left = examples;
  const take = (share: number) => {
    const size = Math.min(Math.round(examples * share), left);
    left -= size;
    return size;
  };
  const circuit = take(shares.circuit);
  const validation = take(shares.validation);
  const test = take(shares.test ?? 0);
  return { train: left, validation, circuit, test };
}

/** A kind with too few pairs; undefined if kinds are not balanced. */
export interface Shortage {
  kind: string | undefined;
  /** Examples asked for, over all splits. */
  asked: number;
  missing: number;
}

interface Pool {
  asked: number;
  free: Record<Split, number>;
}

/** The places not taken yet: in every split equally many for each kind, plus or minus one. */
export class Places {
  /** By kind; one pool under `undefined` if kinds need no balance. */
  readonly #pools: Map<string | undefined, Pool>;

  /** @param kinds the kinds to balance. @default any kind may take any place */
  constructor(sizes: Record<Split, number>, kinds: readonly string[] = []) {
    const names = kinds.length > 0 ? kinds : [undefined];
    const evenly = (size: number, i: number) => Math.ceil((size - i) / names.length);
    this.#pools = new Map(
      names.map((kind, i) => {
        const free = {
          train: evenly(sizes.train, i),
          validation: evenly(sizes.validation, i),
          circuit: evenly(sizes.circuit, i),
          test: evenly(sizes.test, i),
        };
        return [kind, { asked: total(free), free }];
      }),
    );
  }

  get left(): number {
    return [...this.#pools.values()].reduce((sum, { free }) => sum + total(free), 0);
  }

  /** The kinds that still have places. */
  get shortages(): Shortage[] {
    const all = [...this.#pools].map(([kind, { asked, free }]) => ({ kind, asked, missing: total(free) }));
    return all.filter(({ missing }) => missing > 0);
  }

  /** Whether the split has a place for the kind. */
  has(kind: string, split: Split): boolean {
    return (this.#pool(kind)?.free[split] ?? 0) > 0;
  }

  /** A random split with a place for the kind, in proportion to its free places; undefined if there is none. */
  deal(kind: string, random: Random): Split | undefined {
    const free = this.#pool(kind)?.free;
    if (free === undefined || total(free) === 0) return undefined;
    let ticket = random.int(1, total(free));
    return splits.find((split) => {
      ticket -= free[split];
      return ticket <= 0;
    });
  }

  /** Takes a place that {@link has} or {@link deal} said is free. */
  take(kind: string, split: Split): void {
    this.#pool(kind)!.free[split]--;
  }

  #pool(kind: string): Pool | undefined {
    return this.#pools.get(undefined) ?? this.#pools.get(kind);
  }
}

function total(free: Record<Split, number>): number {
  return free.train + free.validation + free.circuit + free.test;
}
