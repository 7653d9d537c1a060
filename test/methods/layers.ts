/** Layers ranked by how much the edges of circuits changed, from tables of circuits by definition. */
import { type CircuitRow, circuitsSchema } from "@ft/artifacts";
import { collapsed, endsOf, layerOf } from "./circuit.ts";
import { tableOf } from "./results.ts";

/** The share of an edge's change that counts for each layer. */
const shares: Record<string, (source: string, node: string) => [layer: number, share: number][]> = {
  source: (source) => [[layerOf(source), 1]],
  destination: (_, node) => [[layerOf(node), 1]],
  both: (source, node) => [
    [layerOf(source), 1 / 2],
    [layerOf(node), 1 / 2],
  ],
  "source-without-input": (source) => (source === "input" ? [] : [[layerOf(source), 1]]),
};

/** The names of the rules. */
export const layerRuleNames = Object.keys(shares);

/** The sums of |score after - score before| by layer, for each run of a stage's circuits that a rule selected. */
export function layerSums(stage: string, selection: string, rule: string): number[][] {
  const rows = tableOf(stage, circuitsSchema).filter(
    (row) => row.rule === selection && row.sample === "all",
  ) as CircuitRow[];
  const seeds = [...new Set(rows.map(({ seed }) => seed))];
  return seeds.map((seed) => {
    const own = rows.filter((row) => row.seed === seed);
    const [before, after] = [collapsed(own[0]!), collapsed(own.at(-1)!)];
    const sums = [0, 0, 0];
    for (const pair of new Set([...before.keys(), ...after.keys()])) {
      const change = Math.abs((after.get(pair) ?? 0) - (before.get(pair) ?? 0));
      for (const [layer, share] of shares[rule]!(...endsOf(pair))) sums[layer]! += share * change;
    }
    return sums;
  });
}

/** Layer by layer, the mean over runs. */
export function meanOver(runs: readonly (readonly number[])[]): number[] {
  return runs[0]!.map((_, layer) => runs.reduce((sum, run) => sum + run[layer]!, 0) / runs.length);
}

/** The layers of the largest values. */
export function largestLayers(values: readonly number[], count: number): number[] {
  const order = [...values.keys()].sort((a, b) => values[b]! - values[a]!);
  return order.slice(0, count).sort((a, b) => a - b);
}
