/** Learning rates chosen at an edge of the rates tried: a better one may be outside. */
import { isSameRun, type LearningRateRow } from "@ft/artifacts";

export interface EdgeRate {
  plan: string;
  rate: number;
  end: "lowest" | "highest";
}

/** The plans whose chosen rate is the lowest or highest of several tried, once per rate. */
export function edgeRates(rows: readonly LearningRateRow[]): EdgeRate[] {
  const found = new Map<string, EdgeRate>();
  for (const { plan, draw, seed, learningRate: rate, chosen } of rows) {
    if (!chosen) continue;
    const tried = rows.filter((row) => isSameRun(row, { plan, draw, seed })).map((row) => row.learningRate);
    const [lowest, highest] = [Math.min(...tried), Math.max(...tried)];
    if (lowest === highest || (rate !== lowest && rate !== highest)) continue;
    found.set(JSON.stringify([plan, rate]), { plan, rate, end: rate === lowest ? "lowest" : "highest" });
  }
  return [...found.values()];
}
