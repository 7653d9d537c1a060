import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { datasetSchema, readTable } from "@ft/artifacts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeTinyModel } from "./tiny-model.ts";
import { createWorkspace, type NxRun, type Workspace } from "./workspace.ts";

const file = "experiments/tiny/experiment.json";
const training = { seeds: [1], epochs: 1, batch: 8, warmUp: 0, checkpoints: { count: 2 } };
const experiment = {
  description: "the whole chain, as small as possible",
  model: "models/tiny",
  stages: {
    data: { uses: "data", config: { examples: 40, split: { circuit: 0.2, validation: 0.1 } } },
    "probe-plan": { uses: "lora", config: { plans: [{ name: "lora-2", method: "uniform", rank: 2 }] } },
    probe: { uses: "train", inputs: { data: "data", plan: "probe-plan" }, config: training },
    scores: {
      uses: "attribute",
      inputs: { data: "data", plan: "probe-plan", train: "probe" },
      config: { steps: 2 },
    },
    circuits: { uses: "circuits", inputs: { scores: "scores" }, config: { fraction: 0.2, fractions: [0.1] } },
    evaluation: {
      uses: "evaluate",
      inputs: { circuits: "circuits", data: "data", plan: "probe-plan", train: "probe" },
    },
    "baseline-plan": { uses: "lora", config: { plans: [{ name: "lora-4", method: "uniform", rank: 4 }] } },
    baselines: { uses: "train", inputs: { data: "data", plan: "baseline-plan" }, config: training },
    "circuit-plan": {
      uses: "lora",
      inputs: { circuits: "circuits" },
      config: { plans: [{ name: "circuit-lora", method: "circuit", ranks: [2, 4], critical: 1 }] },
    },
    "circuit-lora": { uses: "train", inputs: { data: "data", plan: "circuit-plan" }, config: training },
    report: {
      uses: "report",
      inputs: {
        data: "data",
        scores: "scores",
        circuits: "circuits",
        evaluation: "evaluation",
        plan: ["baseline-plan", "circuit-plan"],
        train: ["probe", "baselines", "circuit-lora"],
      },
    },
  },
};

/** Seconds on idle cores; minutes where the cores are shared. In ms. */
const timeout = 180_000;

const everyStage = Object.entries(experiment.stages).map(([stage, { uses }]) => `tiny.${stage}:${uses}`);
const isStage = (task: string) => task.startsWith("tiny.");

let workspace: Workspace;
let first: NxRun;

/** Writes the experiment, changed by `change`, and brings its report up to date. */
function runAfter(change: (changed: typeof experiment) => void): Promise<NxRun> {
  const changed = structuredClone(experiment);
  change(changed);
  workspace.write(file, JSON.stringify(changed, null, 2));
  return workspace.nx("run-many", "-t", "report");
}

beforeAll(async () => {
  workspace = createWorkspace();
  await writeTinyModel(join(workspace.root, experiment.model));
  first = await runAfter(() => {});
}, 3 * timeout);
afterAll(() => workspace?.remove());

describe("Nx runs only out-of-date stages again", { timeout }, () => {
  it("runs every stage of a new experiment", () => {
    expect(first.succeeded, first.output).toBe(true);
    expect(first.ran.filter(isStage).sort()).toEqual([...everyStage].sort());
  });

  it("answers a second run from the cache, and brings back outputs that were removed", async () => {
    rmSync(join(workspace.root, "runs"), { recursive: true });
    const run = await workspace.nx("run-many", "-t", "report");
    expect(run.ran).toEqual([]);
    expect(run.cached.filter(isStage).sort()).toEqual([...everyStage].sort());
    expect(existsSync(join(workspace.root, "runs/tiny/report/report.html"))).toBe(true);
  });

  it("runs nothing again when the description changes", async () => {
    const run = await runAfter((changed) => {
      changed.description = "the same chain in other words";
    });
    expect(run.ran).toEqual([]);
  });

  it("selects circuits again, and runs the stages that read them, when their fraction changes: no edge is scored again", async () => {
    const run = await runAfter((changed) => {
      changed.stages.circuits.config.fraction = 0.3;
    });
    expect(run.succeeded, run.output).toBe(true);
    expect(run.ran.toSorted()).toEqual([
      "tiny.circuit-lora:train",
      "tiny.circuit-plan:lora",
      "tiny.circuits:circuits",
      "tiny.evaluation:evaluate",
      "tiny.report:report",
    ]);
  });

  it("compiles again but runs no stage again when a comment changes", async () => {
    const source = "packages/circuits/src/main.ts";
    workspace.write(source, `${workspace.read(source)}\n// Nothing that a program would notice.\n`);
    const run = await runAfter(() => {});
    expect(run.ran).toEqual(["@ft/circuits:build"]);
  });
});

describe("a damaged result in the cache", { timeout }, () => {
  it("is dropped with a message and rebuilt, also by two calls at once, of which one waits", async () => {
    const dataset = () => readFileSync(join(workspace.root, "runs/tiny/data/dataset.arrow"));
    const right = dataset();
    const cache = join(workspace.root, ".nx/cache");
    for (const entry of readdirSync(cache)) {
      const file = join(cache, entry, "runs/tiny/data/dataset.arrow");
      if (!existsSync(file)) continue;
      const bytes = readFileSync(file);
      bytes[bytes.length >> 1]! ^= 1;
      writeFileSync(file, bytes);
    }
    const runs = await Promise.all([1, 2].map(() => workspace.nx("run", "tiny.data:data")));
    expect(runs.map((run) => run.succeeded)).toEqual([true, true]);
    expect(runs.flatMap((run) => run.ran)).toEqual(["tiny.data:data"]);
    const output = runs.map((run) => run.output).join("\n");
    expect(output).toMatch(/Dropped a damaged result from the cache: runs\/tiny\/data\/dataset\.arrow /);
    expect(output).toMatch(/Waiting for `nx run tiny\.data:data .*process \d+/);
    expect(dataset()).toEqual(right);
  });
});

describe("a stage swapped for an outside command", { timeout }, () => {
  const script = "experiments/tiny/outside-dataset.mjs";

  /** Lets the script write the dataset, and runs the stage or one that reads it. */
  function runOutside(
    config: { examples: number; leaveOut?: string; answer?: number },
    task: string,
  ): Promise<NxRun> {
    cpSync(join(import.meta.dirname, "outside-dataset.mjs"), join(workspace.root, script));
    const data = { uses: "data", config, run: `node ${script}` };
    workspace.write(file, JSON.stringify({ ...experiment, stages: { ...experiment.stages, data } }));
    return workspace.nx("run", task);
  }

  it("is used by the stages after it", async () => {
    const run = await runOutside({ examples: 40 }, "tiny.probe:train");
    expect(run.succeeded, run.output).toBe(true);
    expect(run.ran).toEqual(["tiny.data:data", "tiny.probe:train"]);
    expect(readTable(join(workspace.root, "runs/tiny/data"), datasetSchema)).toHaveLength(40);
  });

  it("runs again when its script changes", async () => {
    const run = await runOutside({ examples: 40 }, "tiny.data:data");
    expect(run.ran).toEqual([]);
    workspace.write(script, `${workspace.read(script)}\n`);
    expect((await workspace.nx("run", "tiny.data:data")).ran).toEqual(["tiny.data:data"]);
  });

  it("is refused by name when a column is missing, and kept where the message says", async () => {
    rmSync(join(workspace.root, "runs/tiny/data"), { recursive: true });
    const before = readdirSync(join(workspace.root, "runs/tiny")).sort();
    const run = await runOutside({ examples: 40, leaveOut: "corruptedTokens" }, "tiny.data:data");
    expect(run.succeeded).toBe(false);
    expect(run.output).toMatch(
      /^(?=.*columns are not those of table dataset )(?=.*dataset\.arrow)(?=.*corruptedTokens is missing)/s,
    );
    const refused = "runs/tiny/.data.refused";
    expect(run.output).toContain(`file: ${join(workspace.root, refused, "dataset.arrow")}`);
    expect(existsSync(join(workspace.root, refused, "dataset.arrow"))).toBe(true);
    expect(readdirSync(join(workspace.root, "runs/tiny")).sort()).toEqual(
      [basename(refused), ...before].sort(),
    );
  });

  it("is refused by row when a token is not the text's, and never comes from the cache", async () => {
    for (const _ of ["first", "again"]) {
      const run = await runOutside({ examples: 40, answer: 20 }, "tiny.data:data");
      expect(run.succeeded).toBe(false);
      expect(run.ran).toEqual(["tiny.data:data"]);
      expect(run.output).toContain("row 0: column answerToken: 20");
    }
  });
});

describe("an experiment that extends another", { timeout }, () => {
  it("runs what it changes, and reads the rest from the other's folder", async () => {
    const child = { extends: "tiny", stages: { report: { config: { percentile: 50 } } } };
    await runAfter(() => {});
    workspace.write("experiments/child/experiment.json", JSON.stringify(child));
    const run = await workspace.nx("run", "child.report:report");
    expect(run.succeeded, run.output).toBe(true);
    expect(run.ran).toEqual(["child.report:report"]);
    expect(readdirSync(join(workspace.root, "runs/child"))).toEqual(["report"]);
    const shared = await workspace.nx("run", "child.probe:train");
    expect(shared.succeeded, shared.output).toBe(true);
    expect(shared.cached).toContain("tiny.probe:train");
    rmSync(join(workspace.root, "experiments/child"), { recursive: true });
  });
});

describe("a bad experiment.json", { timeout }, () => {
  it("fails by file and place, and stops no other experiment", async () => {
    workspace.write("experiments/bad/experiment.json", '{ "stages": { "data": { "uses": "dat" } } }');
    const run = await runAfter(() => {});
    expect(run.succeeded).toBe(false);
    expect(run.output).toMatch(
      /- stages\.data\.uses: "dat" .*\n {2}file: experiments\/bad\/experiment\.json/,
    );
    expect(run.ran).toContain("bad.refused:report");
    expect(run.cached).toContain("tiny.report:report");
  });
});
