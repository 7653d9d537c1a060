import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  answersSchema,
  checkpointsSchema,
  createProvenance,
  datasetSchema,
  kindsSchema,
  learningRatesSchema,
  metricsSchema,
  type PlanRow,
  type RunKey,
  readTable,
  settingsText,
  silentProgress,
  speedSchema,
  writeTable,
} from "@ft/artifacts";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { writeCircuits } from "../../graph/src/testing/write-circuits.ts";
import type { TrainConfig } from "./config.ts";
import { run } from "./run.ts";
import { short, tinyContext, tinyDataset, tinyPlan } from "./testing/tiny.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "train-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const runName = ({ plan, draw, seed }: RunKey) => `${plan} ${draw} ${seed}`;

/** The files of a folder whose bytes must be the same after every attempt. */
function bytesOf(output: string): Record<string, string> {
  const files = readdirSync(output).filter((name) => !name.startsWith("speed"));
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(output, name), "base64")]));
}

test("every plan is trained with every seed, its checkpoints, metrics and speed in order", async () => {
  const context = await tinyContext(folder, short, [...tinyPlan("one", 1), ...tinyPlan("two", 2)]);
  await run(context);

  const checkpoints = readTable(context.output, checkpointsSchema);
  const runs = ["one 0 1", "one 0 2", "two 0 1", "two 0 2"];
  const updates = 2 * Math.ceil(40 / 16);
  expect([...new Set(checkpoints.map(runName))]).toEqual(runs);
  expect([...new Set(checkpoints.map(({ step }) => step))]).toEqual([0, updates / 2, updates]);
  expect(checkpoints).toHaveLength(4 * 3 * 16);

  const metrics = readTable(context.output, metricsSchema);
  expect(metrics.filter((row) => runName(row) === "two 0 2").map(({ step }) => step)).toEqual([
    0, 2, 3, 4, 6,
  ]);
  const last = metrics.at(-1)!;
  expect(last).toMatchObject({ epoch: 2, step: updates });
  expect(last.circuitAccuracy! * 10).toBeCloseTo(Math.round(last.circuitAccuracy! * 10), 9);
  expect(metrics.filter(({ circuitLoss }) => circuitLoss !== null)).toHaveLength(4 * 3);
  expect(readTable(context.output, speedSchema)).toHaveLength(metrics.length);
});

test("draws are trained with the seeds they have rows for, and share the plan's learning rate", async () => {
  const rates = [1e-6, 0.02];
  const config = { ...short, learningRates: rates };
  const plans = [...tinyPlan("drawn", 2, 1, 1), ...tinyPlan("drawn", 2, 2, 2)];
  const context = await tinyContext(folder, config, plans);
  await run(context);
  const metrics = readTable(context.output, metricsSchema);
  expect([...new Set(metrics.map(runName))]).toEqual(["drawn 1 1", "drawn 2 2"]);
  expect(readTable(context.output, learningRatesSchema).map(runName)).toEqual([
    ...["drawn 1 1", "drawn 1 1"],
    ...["drawn 2 2", "drawn 2 2"],
  ]);
});

test("a probe is trained on a share of the data, for the first part of its updates, by the whole run's schedule", async () => {
  const config = { ...short, epochs: 10, dataShare: 0.5, updateShare: 0.25, seeds: [1], logEvery: 1 };
  const context = await tinyContext(folder, config, tinyPlan("one", 1));
  await run(context);
  const metrics = readTable(context.output, metricsSchema);
  // 20 of the 40 examples make 2 updates of at most 16 an epoch: 20 in all, of which a quarter.
  expect(metrics.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(metrics.at(-1)).toMatchObject({ epoch: 2.5 });
  expect(metrics.at(-1)!.learningRate).toBeCloseTo((0.01 * (20 - 4)) / 19, 12);
});

test("a run with a probe makes as many more updates as finding the probe's circuits took", async () => {
  const context = await tinyContext(folder, { ...short, seeds: [1], probeSteps: 4 }, tinyPlan("one", 1));
  const probe = join(folder, "probe");
  const circuit = { "input->m0": 1 };
  await writeCircuits(probe, { layers: 2, heads: 2, parallel: true }, [
    { step: 0, circuit },
    { step: 7, circuit },
  ]);
  const notes: string[] = [];
  const progress = { ...silentProgress, note: (text: string) => notes.push(text) };
  await run({ ...context, progress, inputs: { ...context.inputs, probe: [probe] } });
  // 2 epochs of 3 updates; 7 of the probe; 2 circuits, 10 examples and 4 steps each, 16 to an update.
  const { step, epoch } = readTable(context.output, metricsSchema).at(-1)!;
  expect([step, epoch]).toEqual([6 + 7 + 5, 6]);
  expect(notes[0]).toBe("12 updates are added to every run, the compute of the probe");
});

test("a test split is scored separately, and loss and accuracy of every split are recorded", async () => {
  const context = await tinyContext(folder, short, tinyPlan("one", 1));
  const rows = tinyDataset().map((row, i) => (i % 11 === 2 ? { ...row, split: "test" as const } : row));
  await writeTable(context.inputs.data![0]!, datasetSchema, rows, createProvenance());
  await run(context);
  const last = readTable(context.output, metricsSchema).at(-1)!;
  const { circuitLoss, validationLoss, testLoss, testAccuracy } = last;
  expect(new Set([circuitLoss, validationLoss, testLoss]).size).toBe(3);
  expect([circuitLoss, validationLoss, testLoss]).not.toContain(null);
  expect(testAccuracy! * 5).toBeCloseTo(Math.round(testAccuracy! * 5), 9);
});

test("before training, adapters change nothing and differ by seed only", async () => {
  const context = await tinyContext(folder, short, tinyPlan("one", 1));
  await run(context);
  const start = readTable(context.output, checkpointsSchema).filter(({ step }) => step === 0);
  for (const { tensor, data } of start) {
    if (tensor.includes("lora_B")) expect(data.every((byte) => byte === 0)).toBe(true);
  }
  const [first, second] = [1, 2].map((seed) => start.find((row) => row.seed === seed)!);
  expect(first!.tensor).toBe(second!.tensor);
  expect(first!.data).not.toEqual(second!.data);
});

const adalora = {
  kind: "adalora",
  settings: settingsText({ targetRank: 1, tinit: 1, tfinal: 2, deltaT: 2, dropout: 0.2 }),
};

test.each([
  ["LoRA", tinyPlan("one", 1)],
  ["AdaLoRA with dropout", tinyPlan("one", 2, null, 0, adalora)],
])(
  "a stage with %s that is interrupted at any update ends with the bytes of an uninterrupted one",
  async (_, plan) => {
    const config = { ...short, learningRates: [0.01, 0.003], saveEvery: 2 };
    const context = await tinyContext(join(folder, "whole"), config, plan);
    await run(context);
    const expected = bytesOf(context.output);

    const torn = await tinyContext(join(folder, "torn"), config, plan);
    let tries = 0;
    for (let done = false; !done; tries++) {
      // Interruptions at update 1, 2, 3, ... of an attempt: some before a state was saved, some right after.
      let left = 1 + (tries % 4);
      const progress = {
        ...silentProgress,
        advance: (n = 1) => {
          if (n > 0 && left-- === 0) throw new Error("cut off");
        },
      };
      done = await run({ ...torn, progress }).then(
        () => true,
        (error: Error) => {
          expect(error.message).toBe("cut off");
          return false;
        },
      );
    }
    expect(tries).toBeGreaterThan(5);
    expect(bytesOf(torn.output)).toEqual(expected);
  },
);

test("AdaLoRA prunes to the budget and stays there, and dropout differs by update", async () => {
  const context = await tinyContext(
    folder,
    { ...short, seeds: [1], checkpoints: { every: 1 } },
    tinyPlan("one", 2, null, 0, adalora),
  );
  await run(context);
  const rows = readTable(context.output, checkpointsSchema).filter(({ tensor }) => tensor.endsWith("lora_E"));
  const singularValues = (step: number) =>
    rows.filter((row) => row.step === step).flatMap(({ data }) => [...new Float32Array(data.slice().buffer)]);
  const left = [0, 1, 2, 3, 4, 5, 6].map(
    (step) => singularValues(step).filter((value) => value !== 0).length,
  );
  expect(left).toEqual([0, 0, 10, 16, 8, 8, 8]);
});

test("a schedule that does not fit the run's updates is refused before anything is trained", async () => {
  const late = { kind: "adalora", settings: settingsText({ tinit: 4, tfinal: 3 }) };
  const context = await tinyContext(folder, short, tinyPlan("one", 2, null, 0, late));
  await expect(run(context)).rejects.toThrow(/pruning would end before it begins[\s\S]*"updates":6/);
  expect(readdirSync(context.work)).toEqual([]);
});

test("the rate with the lowest validation loss trains every plan of the kind and rank, and every rate tried is recorded", async () => {
  const rates = [1e-6, 0.02];
  const plans = [...tinyPlan("one", 2), ...tinyPlan("same", 2)];
  const context = await tinyContext(folder, { ...short, epochs: 4, learningRates: rates }, plans);
  await run(context);
  const tried = readTable(context.output, learningRatesSchema);
  expect(
    tried.map((row) => ({ run: runName(row), learningRate: row.learningRate, chosen: row.chosen })),
  ).toEqual([
    { run: "one 0 1", learningRate: 1e-6, chosen: false },
    { run: "one 0 1", learningRate: 0.02, chosen: true },
    { run: "one 0 2", learningRate: 1e-6, chosen: false },
    { run: "one 0 2", learningRate: 0.02, chosen: true },
  ]);
  const metrics = readTable(context.output, metricsSchema);
  for (const plan of ["one", "same"]) {
    const peaks = metrics.filter((row) => row.plan === plan).map(({ learningRate }) => learningRate);
    expect(Math.max(...peaks)).toBeLessThanOrEqual(0.02);
    expect(Math.max(...peaks)).toBeGreaterThan(0.01);
  }
  // The run of the choice is the run itself, so they end alike.
  const last = metrics.find(({ plan, seed, step }) => plan === "one" && seed === 2 && step === 12)!;
  expect(last.validationLoss).toBe(tried[3]!.validationLoss);
});

test("with the input `rates` nothing is tried, and a kind and rank without a rate is refused before training", async () => {
  const chosen = await tinyContext(
    join(folder, "chosen"),
    { ...short, learningRates: [1e-6, 0.02] },
    tinyPlan("one", 2),
  );
  await run(chosen);
  const context = await tinyContext(join(folder, "user"), { ...short, seeds: [3] }, tinyPlan("two", 2));
  await run({ ...context, inputs: { ...context.inputs, rates: [chosen.output] } });
  const [row, ...others] = readTable(context.output, learningRatesSchema);
  expect(others).toEqual([]);
  expect(row).toMatchObject({ plan: "two", seed: 3, learningRate: 0.02, chosen: true });
  const other = await tinyContext(join(folder, "other"), short, tinyPlan("two", 4));
  await expect(run({ ...other, inputs: { ...other.inputs, rates: [chosen.output] } })).rejects.toThrow(
    /no learning rate was chosen for lora, rank 4/,
  );
  expect(readdirSync(other.work)).toEqual([]);
});

test("a new seed, plan or rate trains only its own runs", async () => {
  const all: Partial<TrainConfig> = { ...short, epochs: 1, batch: 20, learningRates: [0.01, 0.003] };
  const PER_RUN = 2;
  const SELECTION = 4;
  const [one, two] = [tinyPlan("one", 1), tinyPlan("two", 2)];
  let updates = 0;
  const counted = {
    ...silentProgress,
    advance: (n = 1) => {
      updates += n;
    },
  };
  const trained = async (config: Partial<TrainConfig>, plans: PlanRow[], name = "grown") => {
    updates = 0;
    const context = await tinyContext(join(folder, name), config, plans, counted);
    await run(context);
    return { runs: updates / PER_RUN, files: bytesOf(context.output) };
  };
  expect((await trained(all, one)).runs).toBe(SELECTION + 2);
  expect((await trained({ ...all, seeds: [1, 2, 3] }, one)).runs).toBe(1);
  expect((await trained({ ...all, learningRates: [0.01, 0.003, 1e-5] }, one)).runs).toBe(2);
  const grown = await trained({ ...all, seeds: [1, 2, 3] }, [...one, ...two]);
  expect(grown.runs).toBe(SELECTION + 3);
  expect((await trained({ ...all, clipNorm: 2 }, one)).runs).toBe(SELECTION + 2);
  const fresh = await trained({ ...all, seeds: [1, 2, 3] }, [...one, ...two], "fresh");
  expect(grown.files).toEqual(fresh.files);
});

test("accuracy and loss are recorded by kind of example at every checkpoint", async () => {
  const context = await tinyContext(folder, { ...short, seeds: [1] }, tinyPlan("one", 1));
  const rows = tinyDataset().map((row, i) => ({ ...row, kind: i % 2 === 0 ? "even" : "odd" }));
  await writeTable(context.inputs.data![0]!, datasetSchema, rows, createProvenance());
  await run(context);
  const kinds = readTable(context.output, kindsSchema);
  expect(kinds.map(({ step, split, kind }) => `${step} ${split} ${kind}`)).toEqual(
    [0, 3, 6].flatMap((step) => [
      ...["even", "odd"].map((kind) => `${step} validation ${kind}`),
      ...["odd", "even"].map((kind) => `${step} circuit ${kind}`),
    ]),
  );
  for (const { step, circuitAccuracy, circuitLoss } of readTable(context.output, metricsSchema)) {
    if (circuitLoss === null) continue;
    const own = kinds.filter((row) => row.step === step && row.split === "circuit");
    const mean = (value: "accuracy" | "loss") =>
      own.reduce((sum, row) => sum + row[value] * row.examples, 0) / 10;
    expect(mean("accuracy")).toBeCloseTo(circuitAccuracy!, 12);
    expect(mean("loss")).toBeCloseTo(circuitLoss, 12);
  }
});

test("answers are those of the first and last checkpoint, and their shares are the accuracies", async () => {
  const context = await tinyContext(folder, { ...short, epochs: 4 }, tinyPlan("one", 2));
  const rows = tinyDataset().map((row, i) => (i % 11 === 2 ? { ...row, split: "test" as const } : row));
  await writeTable(context.inputs.data![0]!, datasetSchema, rows, createProvenance());
  await run(context);
  const answers = readTable(context.output, answersSchema);
  const heldOut = rows.filter(({ split }) => split === "circuit" || split === "test");
  const found = answers.map(({ seed, step, split, examples }) => ({ seed, step, split, examples }));
  expect(found).toEqual(
    [1, 2].flatMap((seed) =>
      [0, 12].flatMap((step) =>
        ["circuit", "test"].map((split) => {
          const examples = heldOut.flatMap((row) => (row.split === split ? [row.example] : []));
          return { seed, step, split, examples };
        }),
      ),
    ),
  );
  const metrics = readTable(context.output, metricsSchema);
  const share = (seed: number, step: number, split: string) => {
    const own = answers.find((row) => row.seed === seed && row.step === step && row.split === split)!;
    return own.answered.length / own.examples.length;
  };
  const measured = metrics.filter(({ step }) => step === 0 || step === 12);
  expect(measured).toHaveLength(4);
  for (const { seed, step, circuitAccuracy, testAccuracy } of measured) {
    expect(share(seed, step, "circuit")).toBe(circuitAccuracy);
    expect(share(seed, step, "test")).toBe(testAccuracy);
  }
  expect(new Set(measured.map(({ circuitAccuracy }) => circuitAccuracy)).size).toBeGreaterThan(1);
});

test("a run with one checkpoint has its answers once", async () => {
  const context = await tinyContext(folder, { ...short, checkpoints: "last" }, tinyPlan("one", 1));
  await run(context);
  const answers = readTable(context.output, answersSchema);
  expect(answers.map(({ seed, step }) => `${seed} ${step}`)).toEqual(["1 6", "2 6"]);
  expect(answers[0]!.examples).toHaveLength(10);
});

test("a warm-up as long as the runs is noted", async () => {
  const notes: string[] = [];
  const progress = { ...silentProgress, note: (text: string) => notes.push(text) };
  await run(await tinyContext(folder, { ...short, seeds: [1], warmUp: 6 }, tinyPlan("one", 1), progress));
  expect(notes[0]).toContain("the warm-up is as long as the runs: 6 of 6 updates");
});

test("a plan made for other seeds is refused before anything is trained", async () => {
  const context = await tinyContext(folder, short, tinyPlan("drawn", 1, 7));
  await expect(run(context)).rejects.toThrow(/plan drawn has nothing for seed 1; it was made for seeds 7/);
});

test("a run that diverges is an error with a remedy", async () => {
  const context = await tinyContext(folder, { ...short, learningRates: [1e30] }, tinyPlan("one", 1));
  await expect(run(context)).rejects.toThrow(/diverged.*smaller rates/s);
});

test("a token outside the vocabulary is refused before any backend opens", async () => {
  const context = await tinyContext(folder, short, tinyPlan("one", 1));
  const rows = tinyDataset().with(7, { ...tinyDataset()[7]!, answerToken: 5000 });
  await writeTable(context.inputs.data![0]!, datasetSchema, rows, createProvenance());
  vi.stubEnv("FT_BACKEND", "none such");
  await expect(run(context)).rejects.toThrow(
    /not in the model's vocabulary\n.*dataset\.arrow\n.*row 7, column answerToken\n.*5000/,
  );
  vi.unstubAllEnvs();
});
