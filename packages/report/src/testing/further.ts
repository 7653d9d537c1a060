/** Made-up circuits of other adapters, and by exact patching. */
import type { FurtherCircuits, Ranking } from "../further-circuits.ts";
import type { Results } from "../results.ts";

/**
 * Adds a plan with circuits of two seeds, which change half as many nodes and 1.5 times as many edges as there were. Their
 * faithfulness falls from 90% to 60% with the first seed and to 70% with the second.
 */
export function withAdapter(of: Results, plan: string): Results {
  const seeds = [1, 2];
  const changes = seeds.flatMap((seed) =>
    of.changes.map((row) => ({ ...row, plan, seed, nodeChangeRate: 0.5, edgeChangeRate: 1.5 })),
  );
  const circuits = seeds.flatMap((seed) =>
    of.circuits.map((row) => ({
      ...{ ...row, plan, seed },
      faithfulness: row.step > 0 && row.kind === "found" ? 50 + 10 * seed : row.faithfulness,
    })),
  );
  const { adapters } = of.further;
  const own = { circuits: [...adapters.circuits, ...circuits], changes: [...adapters.changes, ...changes] };
  return { ...of, further: { ...of.further, adapters: own } };
}

/** A ranking of the probe's first or last checkpoint. */
export function ranking(step: number, seed: number, correlation: number): Ranking {
  return {
    ...{ plan: "probe", draw: 0, seed, step, method: "eap-ig", examples: 50, edges: 34 },
    ...{ correlation, sizeCorrelation: correlation / 2, nodeJaccard: 0.9, edgeJaccard: 0.5 },
    overlaps: [0.01, 0.02, 0.05, 0.1].map((share) => ({ share, overlap: 0.5 + share })),
  };
}

/** Exact patching of the probe at both checkpoints, of two seeds; of the first one, with its circuits. */
export function withPatching(of: Results): Results {
  const exact: FurtherCircuits["exact"] = {
    circuits: of.circuits.map((row) => ({ ...row, faithfulness: 95 })),
    changes: of.changes,
  };
  const rankings = [ranking(0, 1, 0.5), ranking(2, 1, 0.6), ranking(0, 2, 0.5), ranking(2, 2, 0.8)];
  return { ...of, further: { ...of.further, exact, rankings } };
}
