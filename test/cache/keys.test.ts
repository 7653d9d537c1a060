/** What runs again after which edit, by the tasks' cache keys: Nx runs exactly those whose key has changed. */
import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkspace, nxEnvironment, type Workspace } from "./workspace.ts";

const file = "experiments/tiny/experiment.json";
const experiment = {
  description: "one stage of each kind",
  model: "models/nano",
  seed: 1,
  stages: {
    data: { uses: "data", config: { import: { all: "pairs.csv" } } },
    plan: { uses: "lora", config: { plans: [{ name: "lora-2", method: "uniform", rank: 2 }] } },
    probe: { uses: "train", inputs: { data: "data", plan: "plan" }, config: { epochs: 1 } },
    scores: { uses: "attribute", inputs: { data: "data", plan: "plan", train: "probe" } },
    circuits: { uses: "circuits", inputs: { scores: "scores" }, config: { fraction: 0.1 } },
    evaluation: {
      uses: "evaluate",
      inputs: { circuits: "circuits", data: "data", plan: "plan", train: "probe" },
    },
    report: {
      uses: "report",
      inputs: {
        data: "data",
        plan: ["plan"],
        train: ["probe"],
        scores: "scores",
        circuits: "circuits",
        evaluation: "evaluation",
      },
    },
  },
};
/** Seconds on idle cores; more where the cores are shared. In ms. */
const timeout = 120_000;

const every = Object.keys(experiment.stages);

type Keys = Record<string, string>;

let workspace: Workspace;
let keyTaker: ChildProcess;
let keyTakerEnded: Promise<never>;
/** Those before the next edit. */
let keys: Keys;

async function takeKeys(env: NodeJS.ProcessEnv = {}): Promise<Keys> {
  keyTaker.send({ targets: ["report", "test"], env });
  const [answer] = await Promise.race([once(keyTaker, "message"), keyTakerEnded]);
  return answer;
}

/** Compiles a package and those below it, as the tasks before a stage would. */
function compile(folder: string): void {
  const tsc = join(workspace.root, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "-b", folder], { cwd: workspace.root });
}

/** What runs again: stages by name, packages that are built or tested without "@ft/", and "backend kernels". */
interface Again {
  stages?: string[];
  builds?: string[];
  tests?: string[];
}

function difference(before: Keys, after: Keys): Required<Again> {
  const again: Required<Again> = { stages: [], builds: [], tests: [] };
  for (const id of Object.keys(after).sort()) {
    if (before[id] === after[id]) continue;
    const [project = "", target] = id.replace(/^(tiny\.|@ft\/)/, "").split(":");
    if (id.startsWith("tiny.")) again.stages.push(project);
    else if (target === "test") again.tests.push(project);
    else again.builds.push(target === "build" ? project : `${project} ${target}`);
  }
  again.stages.sort((a, b) => every.indexOf(a) - every.indexOf(b));
  return again;
}

/** Writes the experiment as it now is, changed for good. */
function editExperiment(change: (experiment_: typeof experiment) => void): void {
  change(experiment);
  workspace.write(file, JSON.stringify(experiment));
}

function append(path: string, text: string): void {
  workspace.write(path, `${workspace.read(path)}${text}`);
}

beforeAll(async () => {
  workspace = createWorkspace({ built: true });
  compile("tools");
  editExperiment(() => {});
  workspace.write("experiments/tiny/pairs.csv", "clean,corrupted,label\n");
  for (const path of ["README.md", "docs/python.md", "vitest.config.ts", "test/all.test.ts"])
    workspace.write(path, "");
  for (const table of ["data/dataset", "plan/plan", "probe/metrics", "probe/speed", "circuits/circuits"])
    workspace.write(`runs/tiny/${table}.arrow`, "");
  const env = { ...nxEnvironment(), FT_THREADS: "1", FT_BACKEND: "wasm" };
  keyTaker = fork(join(import.meta.dirname, "task-keys.mjs"), { cwd: workspace.root, env });
  keyTakerEnded = once(keyTaker, "exit").then(() => Promise.reject(new Error("the keys were not taken")));
  keyTakerEnded.catch(() => {});
  keys = await takeKeys();
}, timeout);
afterAll(async () => {
  keyTaker?.kill();
  await keyTakerEnded?.catch(() => {});
  workspace?.remove();
});

describe("what runs again after an edit", { timeout }, () => {
  const all = {
    stages: every,
    tests: [
      ...["artifacts", "backend", "bytes", "circuits", "data", "experiment", "graph", "lora", "model"],
      ...["report", "statistics", "tools", "train", "workspace"],
    ],
  };

  it.each<[edit: string, make: () => void, again: Again]>([
    ["nothing", () => {}, {}],
    ["the description", () => editExperiment((e) => (e.description = "in other words")), {}],
    [
      "the config of a stage",
      () => editExperiment((e) => (e.stages.circuits.config.fraction = 0.2)),
      { stages: ["circuits"] },
    ],
    ["the seed", () => editExperiment((e) => (e.seed = 2)), { stages: every }],
    [
      "a data file that a stage imports",
      () => append("experiments/tiny/pairs.csv", "a,b,c\n"),
      { stages: ["data"] },
    ],
    ["a file of the model", () => append("models/nano/config.json", "\n"), all],
    ["the model's card", () => append("models/nano/README.md", "More.\n"), {}],
    [
      "what a stage wrote",
      () => append("runs/tiny/circuits/circuits.arrow", "x"),
      { stages: ["evaluation", "report"] },
    ],
    ["the timings that a stage wrote", () => append("runs/tiny/probe/speed.arrow", "x"), {}],
    ["README and docs", () => ["README.md", "docs/python.md"].map((path) => append(path, "More.\n")), {}],
  ])("%s", async (_, make, again) => {
    make();
    const before = keys;
    keys = await takeKeys();
    expect(difference(before, keys)).toEqual({ stages: [], builds: [], tests: [], ...again });
  });

  it.each<[edit: string, path: string, text: string, again: Again]>([
    [
      "a comment in the code of a stage",
      "packages/circuits/src/main.ts",
      "// Nothing that a program would notice.\n",
      { builds: ["circuits"], tests: ["circuits", "tools", "workspace"] },
    ],
    [
      "the code of a stage",
      "packages/circuits/src/main.ts",
      "console.log();\n",
      {
        stages: ["scores", "circuits", "evaluation"],
        builds: ["circuits"],
        tests: ["circuits", "tools", "workspace"],
      },
    ],
    [
      "the code of a package that stages depend on",
      "packages/graph/src/index.ts",
      "console.log();\n",
      {
        stages: ["plan", "scores", "circuits", "evaluation", "report"],
        builds: ["graph"],
        tests: ["circuits", "graph", "lora", "report", "tools", "workspace"],
      },
    ],
    [
      "the code of a package that no stage depends on",
      "tools/src/cli/main.ts",
      "console.log();\n",
      { builds: ["tools"], tests: ["tools", "workspace"] },
    ],
    [
      "a kernel that is compiled to WebAssembly",
      "packages/backend/src/wasm/kernels/index.ts",
      "// Compiled again, and who knows how it rounds.\n",
      {
        stages: every,
        builds: ["backend", "backend kernels"],
        tests: ["backend", "circuits", "data", "lora", "model", "report", "tools", "train", "workspace"],
      },
    ],
    ["a test of a stage", "packages/lora/src/run.test.ts", "\n", { tests: ["lora"] }],
  ])("%s", async (_, path, text, again) => {
    append(path, text);
    compile(path.slice(0, path.indexOf("/src/")));
    const before = keys;
    keys = await takeKeys();
    expect(difference(before, keys)).toEqual({ stages: [], builds: [], tests: [], ...again });
  });

  it.each(["FT_THREADS", "FT_BACKEND"])("%s in the environment", async (name) => {
    const { stages, builds, tests } = difference(keys, await takeKeys({ [name]: "other" }));
    expect({ stages, builds, tests }).toEqual({ builds: [], ...all });
  });
});

describe("nx affected", { timeout }, () => {
  it("finds the packages that a changed file can break", async () => {
    const affected = async (path: string) => {
      const run = await workspace.nx(
        "show",
        "projects",
        "--affected",
        "--withTarget=test",
        `--files=${path}`,
      );
      return run.output.trim().split(/\s+/).sort();
    };
    expect(await affected("packages/graph/src/index.ts")).toEqual([
      ...["@ft/circuits", "@ft/graph", "@ft/lora", "@ft/report", "@ft/tools", "workspace"],
    ]);
  });
});
