import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  type CheckpointKey,
  type CircuitKey,
  circuitsSchema,
  createProvenance,
  datasetSchema,
  Experiments,
  memoryBudget,
  orderSchema,
  planSchema,
  readTable,
  runStage,
  scoresSchema,
  silentProgress,
  speedSchema,
  splits,
  writeTable,
} from "@ft/artifacts";
import { seal } from "@ft/bytes";
import { adapterTensors, listCheckpoints, loadModel, savePeft } from "@ft/model";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { keptFolder } from "../../../../packages/artifacts/src/testing/temporary-folder.ts";
import { type StageDefinitions, stageDefinitions } from "../stage-definitions.ts";
import { describeForesight, foresee } from "./explain-experiment.ts";
import { StageNeeds } from "./needs.ts";

const pairs = Array.from(
  { length: 20 },
  (_, i) => `Calculate the result: ${i + 1} + 1 =,Calculate the result: ${i + 1} - 1 =,${i + 2}`,
);
const experiment = {
  seed: 1,
  stages: {
    report: { uses: "report", inputs: { data: "data", plan: "plan", train: "probe" } },
    data: {
      uses: "data",
      config: { import: { all: "pairs.csv" }, split: { circuit: 0.2, validation: 0.05 } } as Record<
        string,
        unknown
      >,
    },
    plan: { uses: "lora", config: { plans: [{ name: "a", method: "uniform", rank: 2 }] } },
    probe: { uses: "train", inputs: { data: "data", plan: "plan" }, config: { seeds: [1, 2], epochs: 3 } },
  },
};

let root: string;
/** The machine's speed is measured once for all tests. */
const rates = keptFolder();
let definitions: StageDefinitions;
const file = () => join(root, "experiments/mine/experiment.json");
beforeAll(async () => {
  definitions = await stageDefinitions();
});
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ft-explain-"));
  mkdirSync(join(root, "experiments/mine"), { recursive: true });
  writeFileSync(join(root, "nx.json"), "{}");
  mkdirSync(join(root, ".cache"));
  symlinkSync(rates, join(root, ".cache/rates"));
  symlinkSync(resolve(import.meta.dirname, "../../../../models"), join(root, "models"));
  writeFileSync(join(root, "experiments/mine/pairs.csv"), ["clean,corrupted,answer", ...pairs].join("\n"));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(change: (copy: typeof experiment) => void = () => {}): void {
  const copy = structuredClone(experiment);
  change(copy);
  writeFileSync(file(), JSON.stringify(copy));
}

async function explain(experiment: string, options = {}): Promise<string[]> {
  return describeForesight(
    await foresee(new Experiments().read(experiment).experiment, definitions),
    options,
  );
}

/** What is said of a stage, and on the line below it of its cost. */
async function explained(stage: string): Promise<[state: string, cost: string | undefined]> {
  const lines = await explain(file());
  const at = lines.findIndex((line) => line.startsWith(`  ${stage} `));
  const cost = lines[at + 1]?.startsWith("      ") ? lines[at + 1]!.trim() : undefined;
  return [lines[at]!.replace(/^ +\S+ +\S+ +/, ""), cost];
}

async function run(...stages: string[]): Promise<void> {
  for (const stage of stages) {
    const loaded = new Experiments().read(file()).experiment;
    const { uses } = loaded.stages.get(stage)!;
    await runStage(definitions.get(uses)!, { experiment: loaded, stage }, silentProgress);
  }
}

test("stages that have never run are listed with all stages that read them, in a valid order", async () => {
  write();
  const lines = await explain(file());
  expect(lines.filter((line) => /^ {2}\w/.test(line)).map((line) => line.trim().split(" ")[0])).toEqual([
    "data",
    "plan",
    "probe",
    "report",
  ]);
  expect(await explained("data")).toEqual([
    "runs: it has never run",
    "time unknown: no stage of this kind was measured here",
  ]);
  // An untrained model's 20 prompts take a moment; what is held is mostly the process.
  expect((await explained("probe"))[1]).toMatch(
    /^about \d+ s.*, 0\.4 GiB \(counted work at measured speed\)$/,
  );
  expect(lines.at(-2)).toMatch(
    /^4 of 4 stages run: about \d+ s.* one after another, at most 0\.4 GiB of .* GiB, 3 of unknown time\./,
  );
  expect(lines.at(-1)).toMatch(/^Speed of this machine, measured .* with 1 thread: training \d+, answering/);
});

test("a finished stage is up to date until one of its inputs changes, which is named", async () => {
  write();
  await run("data", "plan");
  expect(await explained("data")).toEqual(["up to date", undefined]);
  expect(await explained("plan")).toEqual(["up to date", undefined]);
  const reasonsAfter = async (stage: string, change: (copy: typeof experiment) => void) => {
    write(change);
    return (await explained(stage))[0];
  };
  expect(await reasonsAfter("data", (copy) => (copy.seed = 2))).toBe("runs: seed was 1, is 2");
  expect(await reasonsAfter("data", (copy) => (copy.stages.data.config.split = { circuit: 0.4 }))).toBe(
    "runs: config.split.circuit was 0.2, is 0.4",
  );
  expect(await reasonsAfter("plan", (copy) => (copy.stages.plan.config.plans[0]!.rank = 4))).toBe(
    "runs: config.plans[0].rank was 2, is 4",
  );
  expect(
    await reasonsAfter("plan", (copy) => Object.assign(copy.stages.plan, { run: "python plan.py" })),
  ).toBe("runs: its command has changed");
  write();
  const manifest = join(root, "runs/mine/plan/plan.arrow.manifest.json");
  const { seal: _, ...content } = JSON.parse(readFileSync(manifest, "utf8"));
  writeFileSync(manifest, seal({ ...content, code: "0".repeat(64) }));
  expect((await explained("plan"))[0]).toBe("runs: its code has changed");
  writeFileSync(manifest, seal(content));
  writeFileSync(
    join(root, "experiments/mine/pairs.csv"),
    ["clean,corrupted,answer", ...pairs.slice(1)].join("\n"),
  );
  expect((await explained("data"))[0]).toBe("runs: pairs.csv has changed");
  rmSync(join(root, "models"));
  mkdirSync(join(root, "models/nano"), { recursive: true });
  expect((await explained("plan"))[0]).toBe("runs: the base model has changed");
  writeFileSync(join(root, "runs/mine/plan/plan.arrow.manifest.json"), "{}");
  expect((await explained("plan"))[0]).toMatch(/^runs: its output cannot be read: the manifest is damaged/);
});

test("a cost is the time a stage took, or is estimated from the speed of training, and says which", async () => {
  write();
  await run("data", "plan");
  // 75 examples a second: of 20 pairs 15 are trained on, with two seeds, and to choose among five rates with two seeds each.
  await writeTable(
    join(root, "runs/mine/probe"),
    speedSchema,
    [{ plan: "a", draw: 0, seed: 1, step: 10, seconds: 2, tokensPerSecond: 1, examplesPerSecond: 75 }],
    createProvenance(),
  );
  expect((await explained("probe"))[1]).toBe("about 1 s, 0.4 GiB (75 examples/s in probe)");
  write((copy) => Object.assign(copy.stages.probe.config, { epochs: 300, learningRates: [1, 2, 3, 4, 5] }));
  expect((await explained("probe"))[1]).toBe("about 12 min 0 s, 0.4 GiB (75 examples/s in probe)");
  write((copy) => (copy.seed = 2));
  expect((await explained("data"))[1]).toMatch(/^about \d s \(as long as last time\)$/);
  write((copy) => (copy.stages.data.config.split = { circuit: 0.4 }));
  expect((await explained("data"))[1]).toMatch(/^about \d s \(last time, with other settings\)$/);
  write((copy) => Object.assign(copy.stages, { more: copy.stages.plan }));
  expect((await explained("more"))[1]).toMatch(/^about \d s \(as long as plan\)$/);
});

test("a shared stage is shown as the other experiment's", async () => {
  write();
  await run("plan");
  mkdirSync(join(root, "experiments/child"));
  const child = join(root, "experiments/child/experiment.json");
  writeFileSync(child, JSON.stringify({ extends: "mine", stages: { probe: { config: { epochs: 1 } } } }));
  const lines = await explain(child, { config: true });
  expect(lines.join("\n")).toMatch(/plan +lora +up to date \(mine\.plan\)\n {6}\{\n[\s\S]*"rank": 2/);
  expect(lines.join("\n")).toMatch(
    /probe +train +runs: it has never run\n[\s\S]*"mine\.data"[\s\S]*"epochs": 1/,
  );
});

test("a folder and a table that a configuration names are inputs: a change in them is a reason to run again", async () => {
  const model = await loadModel(join(root, "models/nano"));
  const place = join(root, "experiments/mine");
  const name = "gpt_neox.layers.0.attention.dense";
  const adapter = {
    kind: "lora",
    modules: [{ name, rank: 2, alpha: 4, settings: { dropout: 0, bias: "none" } }],
  };
  savePeft(join(place, "adapter"), model.config, adapter, adapterTensors(model.weights, adapter, 1));
  const stages = {
    ...experiment.stages,
    imported: { uses: "import", config: { adapter: "adapter" } },
    probe: {
      uses: "train",
      inputs: { data: "data", plan: "imported" },
      config: { seeds: [1], epochs: 1, checkpoints: "last", order: "order.arrow" },
    },
  };
  write((copy) => Object.assign(copy, { stages }));
  await run("data", "imported");
  const rows = readTable(join(root, "runs/mine/data"), datasetSchema).filter(
    ({ split }) => split === "train",
  );
  const examples = rows.map(({ example }) => example);
  const order = join(place, "order.arrow");
  await writeTable(order, orderSchema, [{ seed: 1, step: 1, examples }], createProvenance());
  await run("probe");
  for (const stage of ["imported", "probe"]) expect((await explained(stage))[0]).toBe("up to date");
  const reversed = [{ seed: 1, step: 1, examples: examples.toReversed() }];
  await writeTable(order, orderSchema, reversed, createProvenance());
  expect((await explained("probe"))[0]).toBe("runs: order.arrow has changed");
  writeFileSync(join(place, "adapter/adapter_config.json"), "{}");
  expect((await explained("imported"))[0]).toBe("runs: adapter has changed");
});

test("a stage that does not fit into memory says so, with what takes it", async () => {
  write();
  vi.stubEnv("FT_MEMORY", "100MiB");
  const lines = await explain(file());
  vi.unstubAllEnvs();
  expect(lines.join("\n")).toMatch(
    /probe +train +runs: it has never run\n.*\n +does not fit into 100 MiB: 0\.4 GiB: 0\.4 GiB the process, \d+ MiB/,
  );
});

test("stages are expected to write what they write", async () => {
  write((copy) => {
    Object.assign(copy.stages.probe.config, { checkpoints: { count: 3 }, epochs: 1 });
    const read = { data: "data", plan: "plan", train: "probe" };
    Object.assign(copy.stages, {
      scores: { uses: "attribute", inputs: read, config: { checkpoints: "ends", samples: { halves: 1 } } },
      circuits: {
        uses: "circuits",
        inputs: { scores: "scores" },
        config: { fractions: [0.02, 0.1], random: 2, next: true, common: true, rule: "top-signed" },
      },
      evaluation: {
        uses: "evaluate",
        inputs: { ...read, circuits: "circuits" },
        config: { model: ["own", "last"] },
      },
    });
  });
  const loaded = new Experiments().read(file()).experiment;
  const needs = new StageNeeds(definitions, memoryBudget());
  const expected = async (stage: string) => (await needs.of(loaded.stages.get(stage)!, loaded)).expected;
  const dataset = (await expected("data")).dataset!;
  const [plan, checkpoints, scores, circuits] = [
    (await expected("plan")).plan,
    (await expected("probe")).checkpoints,
    (await expected("scores")).scores,
    (await expected("circuits")).circuits,
  ];
  await run("data", "plan", "probe", "scores", "circuits");
  const at = (stage: string) => join(root, "runs/mine", stage);
  const rows = readTable(at("data"), datasetSchema);
  for (const split of splits)
    expect(dataset.counts[split]).toBe(rows.filter((row) => row.split === split).length);
  expect(plan).toEqual(readTable(at("plan"), planSchema));
  expect(checkpoints).toEqual(listCheckpoints(at("probe")));
  const keyOf = ({ plan, draw, seed, step, sample }: CheckpointKey & { sample: string }) => ({
    plan,
    draw,
    seed,
    step,
    sample,
  });
  expect(scores).toEqual(readTable(at("scores"), scoresSchema).map(keyOf));
  const named = (all: readonly CircuitKey[]) =>
    all.map((key) => JSON.stringify([keyOf(key), key.rule, key.size, key.index])).sort();
  expect(named(circuits!)).toEqual(named(readTable(at("circuits"), circuitsSchema)));
});
