/** Runs that begin at given checkpoints, or see their examples in a given order. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  checkpointsSchema,
  hashFile,
  metricsSchema,
  orderSchema,
  type PlanRow,
  planSchema,
  readManifest,
  readTable,
  type StageContext,
  silentProgress,
  tablePath,
  writeTable,
} from "@ft/artifacts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TrainConfig } from "./config.ts";
import { run } from "./run.ts";
import { short, tinyContext, tinyPlan } from "./testing/tiny.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "replay-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A context as a stage gets it, with the hashes of its inputs; `inputs` are other stages' folders by role. */
async function contextOf(
  name: string,
  config: Partial<TrainConfig>,
  plans: PlanRow[],
  inputs: Record<string, string> = {},
): Promise<StageContext<TrainConfig>> {
  const context = await tinyContext(join(folder, name), config, plans);
  const roles: Record<string, string[]> = {
    ...context.inputs,
    ...Object.fromEntries(Object.entries(inputs).map(([role, stage]) => [role, [stage]])),
  };
  const hashes = Object.entries(roles).flatMap(([role, [stage]]) =>
    readdirSync(stage!)
      .filter((file) => file.endsWith(".arrow") && file !== "speed.arrow")
      .map((file) => [`${role}/${role}/${file}`, hashFile(join(stage!, file))]),
  );
  const read = { model: hashFile(join(context.model, "model.safetensors")), ...Object.fromEntries(hashes) };
  return { ...context, inputs: roles, provenance: { ...context.provenance, inputs: read } };
}

/** The tables of a folder, whose bytes do not depend on what was read; timings differ. */
function tablesOf(output: string): Record<string, string> {
  const files = readdirSync(output).filter((name) => name.endsWith(".arrow") && name !== "speed.arrow");
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(output, name), "base64")]));
}

/** The tensors of a checkpoint by run and name, as bytes. */
function tensorsAt(output: string, wanted: (step: number) => boolean): Record<string, string> {
  const rows = readTable(output, checkpointsSchema).filter(({ step }) => wanted(step));
  return Object.fromEntries(
    rows.map(({ plan, seed, tensor, data }) => [
      `${plan} ${seed} ${tensor}`,
      Buffer.from(data).toString("base64"),
    ]),
  );
}

const kinds: [string, PlanRow[]][] = [
  ["lora", [...tinyPlan("one", 1), ...tinyPlan("two", 2)]],
  [
    "adalora with dropout",
    tinyPlan("one", 2, null, 0, {
      kind: "adalora",
      settings: '{"deltaT":2,"dropout":0.2,"targetRank":1,"tfinal":2,"tinit":1}',
    }),
  ],
  ["full", tinyPlan("one", 0, null, 0, { kind: "full", settings: "{}" })],
];

test.each(kinds)(
  "a stage that reads back its own order and first checkpoints writes the same bytes: %s",
  async (_, plans) => {
    const first = await contextOf("first", short, plans);
    await run(first);
    const again = await contextOf("again", { ...short, startStep: 0 }, plans, {
      start: first.output,
      order: first.output,
    });
    await run(again);
    expect(tablesOf(again.output)).toEqual(tablesOf(first.output));
  },
);

test("the order of another seed, and other first tensors, decide the run whatever its own seed", async () => {
  const plans = tinyPlan("one", 2);
  const first = await contextOf("first", { ...short, seeds: [1] }, plans);
  await run(first);
  const orders = join(folder, "orders");
  const rows = readTable(first.output, orderSchema).map((row) => ({ ...row, seed: 7 }));
  await writeTable(join(orders), orderSchema, rows, first.provenance);
  const again = await contextOf("again", { ...short, seeds: [7], startStep: 0 }, plans, {
    start: first.output,
    order: orders,
  });
  await run(again);
  const losses = (output: string) => readTable(output, metricsSchema).map(({ loss }) => loss);
  expect(losses(again.output)).toEqual(losses(first.output));
  expect(readTable(again.output, orderSchema)).toEqual(rows);
  const other = await contextOf("other", { ...short, seeds: [7] }, plans, { order: orders });
  await run(other);
  expect(losses(other.output)).not.toEqual(losses(first.output));
});

test("a run begins where its own run of the start ended, and one start is for all seeds if it is the only one", async () => {
  const plans = [...tinyPlan("one", 1), ...tinyPlan("two", 2)];
  const first = await contextOf("first", short, plans);
  await run(first);
  const next = await contextOf("next", short, plans, { start: first.output });
  await run(next);
  expect(tensorsAt(next.output, (step) => step === 0)).toEqual(tensorsAt(first.output, (step) => step === 6));

  const single = await contextOf("single", { ...short, seeds: [5] }, tinyPlan("one", 1));
  await run(single);
  const shared = await contextOf("shared", short, tinyPlan("other-name", 1), { start: single.output });
  await writeTable(single.output, planSchema, tinyPlan("one", 1), single.provenance);
  const notes: string[] = [];
  await run({ ...shared, progress: { ...silentProgress, note: (text) => notes.push(text) } });
  expect(notes[0]).toBe("2 runs begin at one, seed 5, step 6");
  const ended = Object.values(tensorsAt(single.output, (step) => step === 6));
  const begun = Object.entries(tensorsAt(shared.output, (step) => step === 0));
  for (const seed of [1, 2])
    expect(begun.flatMap(([name, data]) => (name.includes(` ${seed} `) ? [data] : []))).toEqual(ended);
});

test("a stage with a start and an order that is interrupted resumes; others keep their runs apart", async () => {
  const plans = tinyPlan("one", 2);
  const first = await contextOf("first", { ...short, seeds: [1] }, plans);
  await run(first);
  const config = { ...short, seeds: [1], saveEvery: 2 };
  const inputs = { start: first.output, order: first.output };
  const whole = await contextOf("whole", config, plans, inputs);
  await run(whole);
  const torn = await contextOf("torn", config, plans, inputs);
  let left = 3;
  const progress = {
    ...silentProgress,
    advance: (n = 1) => {
      if (n > 0 && left-- === 0) throw new Error("cut off");
    },
  };
  await expect(run({ ...torn, progress })).rejects.toThrow("cut off");
  await run(torn);
  expect(tablesOf(torn.output)).toEqual(tablesOf(whole.output));

  const parts = () => readdirSync(whole.work).length;
  expect(parts()).toBe(1);
  const others: Record<string, string>[] = [{}, { start: first.output }, { order: first.output }];
  for (const other of others) await run(await contextOf("whole", config, plans, other));
  await run(await contextOf("whole", { ...config, startStep: 3 }, plans, inputs));
  expect(parts()).toBe(5);
  await run(await contextOf("whole", { ...config, startStep: 6 }, plans, inputs));
  expect(parts()).toBe(5); // as "last"
});

test("rates are compared from the start and in the order that runs have", async () => {
  const plans = tinyPlan("one", 2);
  const first = await contextOf("first", short, plans);
  await run(first);
  const rates = { ...short, learningRates: [0.01, 0.001] };
  const next = await contextOf("next", rates, plans, { start: first.output, order: first.output });
  await run(next);
  expect(tensorsAt(next.output, (step) => step === 0)).toEqual(tensorsAt(first.output, (step) => step === 6));
  const seeds = { ...rates, seeds: [1], selectionSeeds: [1, 3] };
  const other = await contextOf("other", seeds, plans, { order: first.output });
  await expect(run(other)).rejects.toThrow(/no order of examples for seed 3[\s\S]*selectionSeeds/);
});

describe("a start is refused before anything is trained", () => {
  const refused = async (plans: PlanRow[], start: string, message: RegExp, config = {}, inputs = {}) => {
    const context = await contextOf("next", { ...short, ...config }, plans, { start, ...inputs });
    await expect(run(context)).rejects.toThrow(message);
    expect(readdirSync(context.work)).toEqual([]);
  };

  test("of a base model that is not the experiment's", async () => {
    const first = await contextOf("first", short, tinyPlan("one", 1));
    await run({
      ...first,
      provenance: { ...first.provenance, inputs: { ...first.provenance.inputs, model: "0".repeat(64) } },
    });
    await refused(tinyPlan("one", 1), first.output, /another base model[\s\S]*checkpoints\.arrow[\s\S]*0000/);
  });

  test("of another plan, naming the difference", async () => {
    const first = await contextOf("first", { ...short, seeds: [1] }, tinyPlan("one", 2));
    await run(first);
    await refused(tinyPlan("one", 4), first.output, /plan of the start of one, seed 1 is not known/, {
      seeds: [1],
    });
    // An import has its plan next to its checkpoints.
    await writeTable(first.output, planSchema, tinyPlan("one", 2), first.provenance);
    const difference = /start of one, seed 1 was trained by another plan[\s\S]*with rank 2, not 4/;
    await refused(tinyPlan("one", 4), first.output, difference);
    const full = tinyPlan("whole", 0, null, 0, { kind: "full", settings: "{}" });
    await refused(full, first.output, /kind lora, not full[\s\S]*ft export merged/);
  });

  test("that has several runs to choose from, or no such step", async () => {
    const plans = tinyPlan("one", 2);
    const first = await contextOf("first", short, plans);
    await run(first);
    const single = /no single start for one, seed 3[\s\S]*one, seed 1; one, seed 2/;
    await refused(plans, first.output, single, { seeds: [1, 3] });
    await refused(plans, first.output, /no checkpoint at step 5[\s\S]*0, 3, 6/, { startStep: 5 });
  });
});

test("an order of another dataset is refused, and the manifest has the hash of an order that is a file", async () => {
  const plans = tinyPlan("one", 2);
  const first = await contextOf("first", short, plans);
  await run(first);
  const order = tablePath(first.output, orderSchema);
  const named = await contextOf("named", { ...short, order }, plans);
  await run(named);
  expect(tablesOf(named.output)).toEqual(tablesOf(first.output));
  const { inputs } = readManifest(tablePath(named.output, checkpointsSchema));
  expect(inputs[`files/${order}`]).toBe(hashFile(order));
  const read = { ...named.provenance.inputs, "data/data/dataset.arrow": "0".repeat(64) };
  const other = { ...named, provenance: { ...named.provenance, inputs: read } };
  await expect(run(other)).rejects.toThrow(/for another dataset/);
});
