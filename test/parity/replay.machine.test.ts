/** Runs of the train stage, repeated by docs/replay.py in PEFT, if Python has it. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  type AnyStage,
  checkpointsSchema,
  loadExperiment,
  readTable,
  runStage,
  silentProgress,
} from "@ft/artifacts";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

const repository = resolve(import.meta.dirname, "../..");
const python = process.env.FT_PYTHON ?? "python";
const able = spawnSync(python, ["-c", "import peft, transformers, pandas, pyarrow"]).status === 0;
const skipped = able ? "" : " (skipped: python has no peft or pandas; FT_PYTHON names another)";

/** Losses and norms of gradients, both in float32. */
const MEASURED = 1e-4;
/** What training changed: Adam magnifies rounding where gradients are near 0. */
const TRAINED = 1e-3;

const uniform = { method: "uniform", rank: 4 };
const plans: Record<string, object> = {
  lora: uniform,
  // Biases of keys are not determined: most have no gradient.
  rslora: { ...uniform, kind: "rslora", modules: ["dense_h_to_4h"], settings: { bias: "lora_only" } },
  dora: { ...uniform, kind: "dora" },
  ia3: { method: "uniform", kind: "ia3" },
};
const train = {
  ...{
    seeds: [1, 2],
    epochs: 3,
    batch: 16,
    warmUp: 3,
    learningRates: [0.003],
    weightDecay: 0.1,
    clipNorm: 0.5,
  },
  checkpoints: { count: 3 },
};
type Stages = Record<string, { uses: string; inputs?: object; config: object }>;
const stages: Stages = {
  data: {
    uses: "data",
    config: { task: "add-sub", options: { within: 49 }, examples: 200, split: { circuit: 0.1 } },
  },
  plan: {
    uses: "lora",
    config: { plans: Object.entries(plans).map(([name, options]) => ({ name, ...options })) },
  },
  "lora-plan": { uses: "lora", config: { plans: [{ name: "padded", ...uniform }] } },
  train: { uses: "train", inputs: { data: "data", plan: "plan" }, config: { ...train, logEvery: 1 } },
  padded: {
    uses: "train",
    inputs: { data: "data", plan: "lora-plan" },
    config: {
      ...{ ...train, supervise: "answer-and-padding", padTo: 24, microBatch: 6, logEvery: 5 },
      ...{ dataShare: 0.5, updateShare: 0.7, checkpoints: { every: 4 } },
    },
  },
};

/** As docs/python.md has them: what PEFT saved and pandas wrote, in the experiment's folder. */
const fromPeft: Stages = {
  imported: { uses: "import", config: { adapter: "adapter", updates: 0 } },
  again: {
    uses: "train",
    inputs: { data: "data", plan: "imported", start: "imported" },
    config: { ...train, logEvery: 1, seeds: [1], order: "order.arrow" },
  },
};
const WRITE_ORDER = `
import sys
import pandas as pd

batches = pd.read_feather(sys.argv[1]).query("seed == 2").examples.map(list).tolist()
steps = range(1, len(batches) + 1)
pd.DataFrame(dict(seed=1, step=steps, examples=batches)).to_feather(sys.argv[2])
`;

describe.skipIf(!able)(`PEFT repeats a run from its tables${skipped}`, () => {
  const root = mkdtempSync(join(tmpdir(), "ft-replay-"));
  let main: (args: string[]) => Promise<void>;
  let run: (own: Stages) => Promise<void>;
  beforeAll(async () => {
    vi.spyOn(console, "log").mockImplementation(() => {});
    ({ main } = await import(join(repository, "tools/src/cli/main.ts")));
    writeFileSync(join(root, "nx.json"), "{}");
    cpSync(join(repository, "test/fixtures/pythia-like/model"), join(root, "models/tiny"), {
      recursive: true,
    });
    const file = join(root, "experiments/mine/experiment.json");
    mkdirSync(join(file, ".."), { recursive: true });
    const { stageDefinitions } = await import(join(repository, "tools/src/experiment/stage-definitions.ts"));
    const definitions: ReadonlyMap<string, AnyStage> = await stageDefinitions();
    run = async (own) => {
      writeFileSync(file, JSON.stringify({ model: "models/tiny", seed: 1, stages: { ...stages, ...own } }));
      for (const [stage, { uses }] of Object.entries(own))
        await runStage(definitions.get(uses)!, { experiment: loadExperiment(file), stage }, silentProgress);
    };
    await run(stages);
  }, 300_000);
  afterAll(() => {
    vi.restoreAllMocks();
    rmSync(root, { recursive: true });
  });

  test.each([...Object.keys(plans).map((plan) => ["train", plan, 2]), ["padded", "padded", 1]] as [
    stage: string,
    plan: string,
    seed: number,
  ][])(
    "of stage %s, plan %s, seed %i",
    async (stage, plan, seed) => {
      const folder = join(root, "runs/mine", stage);
      const start = join(root, `start-${plan}`);
      const pick = ["--plan", plan, "--seed", `${seed}`, "--step", "0"];
      await main(["export", "peft", "--checkpoint", folder, ...pick, "--out", start]);
      const model = ["--model", join(root, "models/tiny")];
      const script = [join(repository, "docs/replay.py"), folder, start, ...model];
      const { status, stdout, stderr } = spawnSync(python, script, { encoding: "utf8" });
      expect(status, stdout + stderr).toBe(0);
      const last = stdout.trim().split("\n").at(-1)!;
      const found = /loss (\S+), gradient norm (\S+), rate (\S+), tensors (\S+),/.exec(last);
      expect(found, stdout).not.toBeNull();
      const [loss, norm, rate, tensors] = found!.slice(1).map(Number) as [number, number, number, number];
      for (const measured of [loss, norm, rate]) expect(measured, last).toBeLessThan(MEASURED);
      expect(tensors, last).toBeLessThan(TRAINED);
      if (process.env.FT_PARITY_TABLE) process.stdout.write(`${plan}: ${last}\n`);
    },
    300_000,
  );

  test("and a run of PEFT is repeated from its first adapter and an order that pandas wrote", async () => {
    const at = (path: string) => join(root, path);
    const pick = ["--plan", "dora", "--seed", "2", "--step", "0"];
    const adapter = at("experiments/mine/adapter");
    await main(["export", "peft", "--checkpoint", at("runs/mine/train"), ...pick, "--out", adapter]);
    const order = [at("runs/mine/train/order.arrow"), at("experiments/mine/order.arrow")];
    const { status, stderr } = spawnSync(python, ["-c", WRITE_ORDER, ...order], { encoding: "utf8" });
    expect(status, stderr).toBe(0);
    await run(fromPeft);
    const tensors = (stage: string, plan: string) =>
      readTable(at(`runs/mine/${stage}`), checkpointsSchema)
        .filter((row) => row.plan === plan && row.seed === (stage === "train" ? 2 : 1))
        .map(({ step, tensor, data }) => [step, tensor, Buffer.from(data).toString("base64")]);
    expect(tensors("again", "imported")).toEqual(tensors("train", "dora"));
  }, 300_000);
});
