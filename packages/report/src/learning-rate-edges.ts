/** Learning rates chosen at an edge of the rates tried: a better one may be outside. */
import { edgeOf, isSameRun, type LearningRateRow } from "@ft/artifacts";

export interface EdgeRate {
  /** The description of the adapters that share the rate. */
  adapter: string;
  rate: number;
  end: "lowest" | "highest";
}

/** The adapters whose chosen rate is the lowest or highest of several tried, once per rate. */
export function edgeRates(rows: readonly LearningRateRow[]): EdgeRate[] {
  const found = new Map<string, EdgeRate>();
  for (const { plan, draw, seed, adapter, learningRate: rate, chosen } of rows) {
    if (!chosen) continue;
    const tried = rows.filter((row) => isSameRun(row, { plan, draw, seed })).map((row) => row.learningRate);
    const end = edgeOf(rate, tried);
    if (end) found.set(JSON.stringify([adapter, rate]), { adapter, rate, end });
  }
  return [...found.values()];
}
