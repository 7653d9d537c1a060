import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  changesSchema,
  circuitsSchema,
  createProvenance,
  type Progress,
  parseConfig,
  readTable,
  silentProgress,
  writeTable,
} from "@ft/artifacts";
import { circuitOfRow, GraphNames, graphOfRow } from "@ft/graph";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../artifacts/src/testing/temporary-folder.ts";
import { type TestCheckpoint, writeCircuits } from "../../../graph/src/testing/write-circuits.ts";
import { unionConfig } from "./config.ts";
import { run } from "./run.ts";

const shape = { layers: 2, heads: 1, parallel: true };

/** Runs the stage on circuits stages. @returns the circuits it found by name, the notes, and all rows */
async function unite(
  parts: TestCheckpoint[][],
  {
    whole,
    random,
    config = {},
  }: { whole?: TestCheckpoint[]; random?: TestCheckpoint[][]; config?: object } = {},
) {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  for (const [i, part] of parts.entries()) {
    await writeCircuits(at(`part-${i}`), shape, part);
    if (random) await addRandom(at(`part-${i}`), random[i]!);
  }
  if (whole) await writeCircuits(at("whole"), shape, whole);
  mkdirSync(at("out"));
  const notes: string[] = [];
  const progress: Progress = { ...silentProgress, note: (text) => notes.push(text) };
  await run({
    experiment: "test",
    stage: "union",
    folder,
    config: parseConfig(unionConfig, { random: 0, ...config }),
    seed: 1,
    model: "",
    inputs: { circuits: parts.map((_, i) => at(`part-${i}`)), ...(whole && { whole: [at("whole")] }) },
    output: at("out"),
    work: at("work"),
    progress,
    provenance: createProvenance(),
  });
  const rows = readTable(at("out"), circuitsSchema);
  const named = rows.map((row) => {
    const { scores } = circuitOfRow(row, "out");
    const names = new GraphNames(graphOfRow(row));
    return Object.fromEntries(row.edges.map((edge) => [names.edge(edge), scores[edge]]));
  });
  return { rows, named, notes, changes: readTable(at("out"), changesSchema) };
}

/** Adds to every circuit of a stage two random ones: the same checkpoint's of `drawn`, then one that no test asks for. */
async function addRandom(folder: string, drawn: TestCheckpoint[]) {
  const found = readTable(folder, circuitsSchema);
  const other = temporaryFolder();
  await writeCircuits(other, shape, drawn);
  const first = readTable(other, circuitsSchema);
  const rows = found.flatMap((row, i) => [
    row,
    { ...first[i]!, rule: "random", index: 1 },
    { ...row, rule: "random", index: 2 },
  ]);
  await writeTable(folder, circuitsSchema, rows, createProvenance());
}

/** A run whose circuit grows from `before` to `after`. */
const grown = (before: Record<string, number>, after: Record<string, number>, last = 9): TestCheckpoint[] => [
  { step: 0, circuit: before },
  { step: 4, circuit: { "input->logits": 100 } },
  { step: last, circuit: after },
];

const add = grown({ "input->m0": 4, "m0->logits": 2 }, { "input->m0": 6, "m0->a1.h0<q>": 1 });
const multiply = grown({ "input->m0": 2, "m1->logits": -3 }, { "m0->a1.h0<k>": -5, "m0->a1.h0<q>": 3 }, 7);

test("first circuits are united with first ones, last with last, by the paper's rule, as large as the largest", async () => {
  const { named, rows, changes } = await unite([add, multiply]);
  expect(named).toEqual([
    { "input->m0": 3, "m1->logits": -3 },
    // In both the pair m0->a1.h0 scores (1 + (3 - 5)) / 2; two of the union's edges may stay, and there are two.
    { "input->m0": 6, "m0->a1.h0<q>": 2, "m0->a1.h0<k>": -2.5 },
  ]);
  expect(
    rows.map(({ plan, seed, step, rule, collapsedEdges }) => [plan, seed, step, rule, collapsedEdges]),
  ).toEqual([
    ["lora-r2", 1, 0, "union", 2],
    ["lora-r2", 1, 9, "union", 2],
  ]);
  expect(changes).toMatchObject([
    { rule: "union", reference: "first", fromStep: 0, toStep: 9, edgesAdded: 1, edgesRemoved: 1 },
    { reference: "previous" },
  ]);
});

test("with the whole's circuits the union has their labels and as many edges, and the overlap is reported", async () => {
  const whole = grown({ "input->m0": 1, "m0->logits": 1, "m0->m1": 1 }, { "input->m0": 1 }, 20);
  const { named, rows, notes } = await unite([add, multiply], { whole });
  expect(rows.map(({ step }) => step)).toEqual([0, 20]);
  expect(named).toEqual([{ "input->m0": 3, "m1->logits": -3, "m0->logits": 2 }, { "input->m0": 6 }]);
  expect(notes).toEqual([
    "lora-r2, seed 1, step 0: the union has 66.7% of the edges of the whole's own circuit, Jaccard 0.5000",
    "lora-r2, seed 1, step 20: the union has 100.0% of the edges of the whole's own circuit, Jaccard 1.0000",
  ]);
});

test("the number of edges, the intersection and random circuits of equal size can be asked for", async () => {
  const { named } = await unite([add, multiply], { config: { edges: 1 } });
  expect(named.map((circuit) => Object.keys(circuit))).toEqual([["input->m0"], ["input->m0"]]);
  const both = await unite([add, multiply], { config: { combine: "intersection", random: 2 } });
  expect(both.rows.map(({ rule, index }) => [rule, index])).toEqual(
    Array(2)
      .fill([
        ["intersection", 0],
        ["random", 1],
        ["random", 2],
      ])
      .flat(),
  );
  expect(both.named[0]).toEqual({ "input->m0": 3 });
});

test("runs are matched by plan and seed; without a common one, or with one checkpoint, nothing is united", async () => {
  const seed = (value: number) => add.map((checkpoint) => ({ ...checkpoint, seed: value }));
  const { rows } = await unite([
    [...seed(1), ...seed(2)],
    [...seed(2), ...seed(3)],
  ]);
  expect(rows.map((row) => [row.seed, row.step])).toEqual([
    [2, 0],
    [2, 9],
  ]);
  await expect(unite([seed(1), seed(2)])).rejects.toThrow(
    /no run in common[\s\S]*lora-r2, seed 1 and lora-r2, seed 2/,
  );
  await expect(unite([add, add.slice(0, 1)])).rejects.toThrow(/only one checkpoint has a circuit/);
});

test("as a control the first random circuits of the parts are combined, with the labels and size of the whole's", async () => {
  const random = [
    grown({ "m0->m1": 4, "input->m0": 1, "m1->logits": 1 }, { "input->m1": 6, "m1->logits": 3 }),
    grown({ "m0->m1": 2, "input->m0": 3, "m1->logits": 1 }, { "input->m1": 2, "m1->logits": 1 }, 7),
  ];
  const whole = grown({ "input->m0": 1, "m0->logits": 1, "m0->m1": 1 }, { "input->m0": 1, "m0->logits": 1 });
  const config = { of: "random" };
  const { named, rows } = await unite([add, multiply], { whole, random, config });
  expect(named).toEqual([
    { "m0->m1": 3, "input->m0": 2, "m1->logits": 1 },
    { "input->m1": 4, "m1->logits": 2 },
  ]);
  expect(rows.map(({ rule, step }) => [rule, step])).toEqual([
    ["union", 0],
    ["union", 9],
  ]);
  await expect(unite([add, multiply], { config })).rejects.toThrow(
    /no random circuits to combine[\s\S]*`random`/,
  );
});
