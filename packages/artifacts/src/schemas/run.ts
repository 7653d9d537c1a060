import { bool, type Column, int32, utf8 } from "./schema.ts";

/** A fraction from 0 to 1. */
export const fraction = (meaning: string) => ({ unit: "fraction", meaning, minimum: 0, maximum: 1 });

/** A count of things. */
export const count = (unit: string, meaning: string) => ({ unit, meaning, minimum: 0 });

/** The identity of a training run within a train stage; the manifest names the stage. */
export interface RunKey {
  plan: string;
  draw: number;
  seed: number;
}

/** The columns that identify a training run within a train stage. */
export const runColumns: { [Name in keyof RunKey]: Column<RunKey[Name]> } = {
  plan: utf8({ meaning: "the name of the plan" }),
  draw: int32({ meaning: "the draw of the plan, from 1; 0 if the plan has no draws", minimum: 0 }),
  seed: int32({ meaning: "the seed of the run" }),
};

/** Rows of a run are contiguous. */
export const runOrder = { plan: "together", draw: "together", seed: "together" } as const;

/** A checkpoint of a run. */
export interface CheckpointKey extends RunKey {
  step: number;
}

export const checkpointColumns: { [Name in keyof CheckpointKey]: Column<CheckpointKey[Name]> } = {
  ...runColumns,
  step: int32(count("updates", "the checkpoint")),
};

export const checkpointOrder = { ...runOrder, step: "rises" } as const;

/** Whether two keys name the same run of a train stage. */
export function isSameRun(a: RunKey, b: RunKey): boolean {
  return a.plan === b.plan && a.draw === b.draw && a.seed === b.seed;
}

/** Whether two keys name the same checkpoint of a train stage. */
export function isSameCheckpoint(a: CheckpointKey, b: CheckpointKey): boolean {
  return a.step === b.step && isSameRun(a, b);
}

/** Keys run by run, each run's in their order. */
export function byRun<Key extends RunKey>(keys: readonly Key[]): Key[][] {
  const runs: Key[][] = [];
  for (const key of keys) {
    const own = runs.find(([first]) => isSameRun(first!, key));
    if (own) own.push(key);
    else runs.push([key]);
  }
  return runs;
}

/** A run for people: "lora-8, seed 1", with its draw if it has one. */
export function describeRun({ plan, draw, seed }: RunKey): string {
  return `${plan}, ${draw > 0 ? `draw ${draw}, ` : ""}seed ${seed}`;
}

/** A checkpoint for people: "lora-8, seed 1, step 20". */
export function describeCheckpoint(key: CheckpointKey): string {
  return `${describeRun(key)}, step ${key.step}`;
}

/** The plan in the key of a model that no run trained: one of random weights, at step 0, whose weights depend on its seed. */
export const RANDOM_MODEL = "random model";

/** The examples that a circuit is found on. */
export const sampleColumn: Column<string> = utf8({
  meaning:
    'the examples that were scored: all, or a part or a variation of them: "half 1" and "half 2" (3 and 4 are others), "split 3", "bootstrap 12", "perturbed 40" (percent)',
  pattern: /^(all|(half|split|bootstrap) [1-9]\d*|perturbed (100|[1-9]\d?))$/,
});

/** How a circuit's edges were chosen. */
export const ruleColumn: Column<string> = utf8({
  meaning:
    "how the edges were chosen: top: the largest |score|, or another selection rule; to compare with, random: at random, random-nodes: at random between the circuit's nodes, next: those ranked after the circuit's; file PATH: read from there",
  pattern: /^([a-z][a-z0-9]*(-[a-z0-9]+)*|file \S.*)$/,
});

/** How large a circuit is meant to be. */
export const sizeColumn: Column<number> = {
  type: "float64",
  nullable: false,
  ...fraction(
    "edges asked for, of all edges of the graph; for the rule threshold the least |score|, of the largest; for nodes, nodes",
  ),
};

/** The shape of the graph that a row's vectors belong to. */
export const graphColumns: { layers: Column<number>; heads: Column<number>; parallel: Column<boolean> } = {
  layers: int32({ meaning: "layers of the graph", minimum: 1 }),
  heads: int32({ meaning: "attention heads per layer", minimum: 1 }),
  parallel: bool({
    meaning: "true: attention and MLP of a layer read the same input; false: the MLP reads its layer's heads",
  }),
};

/** A pass over a table that refuses rows of different graphs: a table is about a single model. */
export function followGraph() {
  let first: { layers: number; heads: number; parallel: boolean } | undefined;
  return {
    problem(row: { layers: number; heads: number; parallel: boolean }) {
      first ??= row;
      const { layers, heads, parallel } = first;
      if (row.layers === layers && row.heads === heads && row.parallel === parallel) return undefined;
      return `its graph has another shape than the first row's: ${layers} layers of ${heads} heads`;
    },
  };
}
