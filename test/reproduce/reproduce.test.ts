/** `npm run reproduce` on two tiny experiments: its results, and that an interrupted one ends with the same bytes. */
import { spawn } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hashOf } from "@ft/artifacts";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { writeTinyModel } from "../cache/tiny-model.ts";
import { createWorkspace, nxEnvironment, type Workspace } from "../cache/workspace.ts";

const source = { data: "data", plan: "plan-lora-2", train: "train-lora-2" };
const first = {
  description: "one method, as small as possible",
  tags: ["paper", "quick"],
  model: "models/tiny",
  defaults: {
    data: { examples: 40, split: { circuit: 0.2, validation: 0.1 } },
    train: { seeds: [1, 2, 3], epochs: 1, batch: 8, warmUp: 0, checkpoints: { count: 2 } },
    attribute: { steps: 2 },
    circuits: { fraction: 0.2, fractions: [0.1] },
  },
  stages: {
    data: { uses: "data" },
    report: {
      uses: "report",
      inputs: {
        ...source,
        scores: "attribute-lora-2",
        circuits: "circuits-lora-2",
        evaluation: "evaluate-lora-2",
      },
    },
  },
  methods: {
    "lora-2": { plan: { method: "uniform", rank: 2 }, attribute: true, circuits: true, evaluate: true },
  },
};
/** Shares the first one's plan, and is not quick. */
const second = { tags: ["paper"], extends: "first", defaults: { data: { options: { within: 50 } } } };

/** For several runs of some twenty stages, each a process. */
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

let workspace: Workspace;
const at = (...path: string[]) => join(workspace.root, ...path);

beforeAll(async () => {
  workspace = createWorkspace({ built: true });
  await writeTinyModel(at("models/tiny"));
  workspace.write("experiments/first/experiment.json", JSON.stringify(first));
  workspace.write("experiments/second/experiment.json", JSON.stringify(second));
  const built = await workspace.nx("run-many", "-t", "build");
  if (!built.succeeded) throw new Error(built.output);
  cpSync(at(".nx"), at("nx-after-build"), { recursive: true });
});
afterAll(() => workspace?.remove());

/** Starts the command in a process group of its own. */
function start(...args: string[]) {
  const child = spawn(process.execPath, ["tools/dist/reproduce/main.js", ...args], {
    cwd: workspace.root,
    env: nxEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      output += chunk;
    });
  const ended = new Promise<{ code: number | null; output: string }>((done) =>
    child.on("close", (code) => done({ code, output })),
  );
  return { pid: child.pid!, ended };
}

/** Hashes of a folder's files, by path, without the records of how they were computed. */
function hashes(folder: string): Record<string, string> {
  const files = readdirSync(at(folder), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = files.map(({ parentPath, name }) => relative(at(folder), join(parentPath, name))).sort();
  const tables = paths.filter((path) => !path.endsWith("record.json"));
  return Object.fromEntries(tables.map((path) => [path, hashOf(readFileSync(at(folder, path)))]));
}

/** Undoes all that was run, except the build. */
function startAnew(): void {
  for (const folder of ["runs", "results", "quick", "findings", ".nx", ".cache"])
    rmSync(at(folder), { recursive: true, force: true });
  cpSync(at("nx-after-build"), at(".nx"), { recursive: true });
}

test("the small tables of every experiment are kept, with a record, and findings are over all of them", async () => {
  const { code, output } = await start().ended;
  expect(code, output).toBe(0);
  expect(output).toMatch(/^first: kept in results\/first$/m);
  const kept = Object.keys(hashes("results"));
  expect(kept).toContain("first/report/summary.arrow");
  expect(kept).toContain("first/plan-lora-2/plan.arrow.manifest.json");
  expect(kept).not.toContain("second/plan-lora-2/plan.arrow");
  expect(kept.filter((path) => /checkpoints|dataset|speed/.test(path))).toEqual([]);
  const record = JSON.parse(workspace.read("results/second/record.json"));
  expect(record.command).toBe("npm run reproduce --");
  expect(Object.keys(record.seconds)).toContain("second.train-lora-2");
  expect(workspace.read("findings/findings.html")).toContain("second");
});

test("killed and started again, it keeps the same bytes", async () => {
  const undisturbed = hashes("results");
  startAnew();
  const killed = start();
  while (!existsSync(at("runs/first/circuits-lora-2"))) await sleep(20);
  process.kill(-killed.pid, "SIGKILL");
  await killed.ended;
  const { code, output } = await start().ended;
  expect(code, output).toBe(0);
  expect(hashes("results")).toEqual(undisturbed);
  const again = await start().ended;
  expect(again.output).toMatch(/^first: as it is in results\/first$/m);
  expect(hashes("results")).toEqual(undisturbed);
});

test("a quick run has two seeds, pages that say so, and leaves the results alone", async () => {
  const before = hashes("results");
  const { code, output } = await start("--quick").ended;
  expect(code, output).toBe(0);
  expect(workspace.read("quick/findings/findings.html")).toContain("Quick run: two seeds");
  expect(Object.keys(hashes("quick/results"))).toContain("first--quick/train-lora-2/metrics.arrow");
  expect(Object.keys(hashes("quick/results")).filter((path) => path.startsWith("second"))).toEqual([]);
  expect(hashes("results")).toEqual(before);
});

test("--list runs nothing, --help has examples, and an unknown experiment is refused with the nearest", async () => {
  startAnew();
  const listed = await start("--list").ended;
  expect(listed.output).toMatch(/^first +7 of 7 stages to run, about \d+ s\n/m);
  expect(existsSync(at("runs"))).toBe(false);
  expect((await start("--help").ended).output).toMatch(/--quick[\s\S]*npm run reproduce -- --list/);
  const { code, output } = await start("frist").ended;
  expect([code, output]).toEqual([1, expect.stringContaining("did you mean `first`?")]);
});
