/** Learning rates chosen at an edge of the rates tried: a better one may be outside. */
import type { LearningRateRow } from "@ft/artifacts";

export interface EdgeRate {
  run: string;
  rate: number;
  end: "lowest" | "highest";
}

/** The runs whose chosen rate is the lowest or highest of several tried, once per rate. */
export function edgeRates(rows: readonly LearningRateRow[]): EdgeRate[] {
  const found = new Map<string, EdgeRate>();
  for (const { run, seed, learningRate: rate, chosen } of rows) {
    if (!chosen) continue;
    const tried = rows.filter((row) => row.run === run && row.seed === seed).map((row) => row.learningRate);
    const [lowest, highest] = [Math.min(...tried), Math.max(...tried)];
    if (lowest === highest || (rate !== lowest && rate !== highest)) continue;
    found.set(JSON.stringify([run, rate]), { run, rate, end: rate === lowest ? "lowest" : "highest" });
  }
  return [...found.values()];
}
