/**
 * An experiment that is killed repeatedly at random moments ends with the bytes of an undisturbed one. FT_KILLS is the
 * number of kills (default 100), FT_KILLS_SEED the seed of their moments (default 1).
 */
import { spawn } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hashOf, type Random, seededRandom } from "@ft/artifacts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeTinyModel } from "../cache/tiny-model.ts";
import { createWorkspace, nxEnvironment, type Workspace } from "../cache/workspace.ts";

const KILLS = Number(process.env.FT_KILLS ?? 100);
const SEED = Number(process.env.FT_KILLS_SEED ?? 1);

const experiment = {
  description: "every kind of stage, as small as possible",
  model: "models/tiny",
  stages: {
    data: { uses: "data", config: { examples: 40, split: { circuit: 0.2, validation: 0.1 } } },
    plan: { uses: "lora", config: { plans: [{ name: "lora-2", method: "uniform", rank: 2 }] } },
    train: {
      uses: "train",
      inputs: { data: "data", plan: "plan" },
      config: { seeds: [1], epochs: 1, batch: 8, warmUp: 0, checkpoints: { count: 2 } },
    },
    scores: {
      uses: "attribute",
      inputs: { data: "data", plan: "plan", train: "train" },
      config: { steps: 2 },
    },
    circuits: { uses: "circuits", inputs: { scores: "scores" }, config: { fraction: 0.2, fractions: [0.1] } },
    evaluation: {
      uses: "evaluate",
      inputs: { circuits: "circuits", data: "data", plan: "plan", train: "train" },
    },
    report: {
      uses: "report",
      inputs: {
        data: "data",
        plan: "plan",
        train: "train",
        scores: "scores",
        circuits: "circuits",
        evaluation: "evaluation",
      },
    },
  },
};

/** After this many kills an experiment is left to finish. */
const KILLS_PER_RUN = 8;

let workspace: Workspace;
let undisturbed: Map<string, string>;
/** The time that all stages take, in ms. */
let duration: number;
const at = (path: string) => join(workspace.root, path);

beforeAll(async () => {
  workspace = createWorkspace();
  await writeTinyModel(at("models/tiny"));
  workspace.write("experiments/tiny/experiment.json", JSON.stringify(experiment));
  const built = await workspace.nx("run-many", "-t", "build");
  if (!built.succeeded) throw new Error(built.output);
  cpSync(at(".nx"), at("nx-after-build"), { recursive: true });
  const start = performance.now();
  const { succeeded, output } = await workspace.nx("run-many", "-t", "report");
  if (!succeeded) throw new Error(output);
  duration = performance.now() - start;
  undisturbed = hashes();
});
afterAll(() => workspace?.remove());

test(`after ${KILLS} kills every experiment has the bytes of an undisturbed one`, async () => {
  const random = seededRandom(SEED, "kills");
  for (let kills = 0, run = 1; kills < KILLS; run++) {
    startAnew();
    const before = kills;
    while (kills < KILLS && kills - before < KILLS_PER_RUN && !(await runUntilKilled(random))) kills++;
    await finish();
    expect(hashes(), `run ${run}`).toEqual(undisturbed);
    console.log(
      `run ${run}: ${kills - before} kills, ${kills} of ${KILLS} in all; every file as undisturbed`,
    );
  }
});

/** Resets the workspace: no stage has run, none is running and none is in the cache; the packages are built. */
function startAnew(): void {
  for (const group of groups.splice(0)) {
    try {
      process.kill(-group, "SIGKILL");
    } catch {} // all of them have ended
  }
  rmSync(at("runs"), { recursive: true, force: true });
  rmSync(at(".nx"), { recursive: true, force: true });
  cpSync(at("nx-after-build"), at(".nx"), { recursive: true });
}

/** Process groups of killed calls, in which a stage may still be running. */
const groups: number[] = [];

/**
 * Runs the experiment and kills it: half of the time at any moment, half just after a stage's outputs have
 * appeared, while they are copied to the cache. One kill in four hits only Nx, and its stage continues.
 * @returns whether it had finished before
 */
async function runUntilKilled(random: Random): Promise<boolean> {
  const nx = join(workspace.root, "node_modules/nx/dist/bin/nx.js");
  const child = spawn(process.execPath, [nx, "run-many", "-t", "report"], {
    cwd: workspace.root,
    env: nxEnvironment(),
    stdio: "ignore",
    detached: true,
  });
  const over = new Promise<number | null>((done) => child.on("close", done));
  const moment = random.int(0, 1) ? sleep(random.int(0, Math.round(duration))) : afterStage(random);
  const first = await Promise.race([over, moment.then(() => "now" as const)]);
  if (first !== "now") {
    expect(first, "the exit code of a run that was not killed").toBe(0);
    return true;
  }
  const pid = child.pid!;
  groups.push(pid);
  process.kill(random.int(0, 3) === 0 ? pid : -pid, "SIGKILL");
  await over;
  return false;
}

/** Waits until the next stage has written its outputs, and for up to half a second more. */
async function afterStage(random: Random): Promise<void> {
  const next = Object.keys(experiment.stages).find((stage) => !existsSync(at(`runs/tiny/${stage}`)));
  const delay = random.int(0, 500);
  while (next !== undefined && !existsSync(at(`runs/tiny/${next}`))) await sleep(5);
  await sleep(delay);
}

/** Runs the experiment to its end; a call that is refused because a killed one still holds the checkout is repeated. */
async function finish(): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { succeeded, output } = await workspace.nx("run-many", "-t", "report");
    if (succeeded) return;
    if (attempt === 3) throw new Error(`the experiment does not recover:\n${output}`);
    await sleep(1_000);
  }
}

/** Every output's hash, except of measured times. */
function hashes(): Map<string, string> {
  const root = at("runs/tiny");
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => relative(root, join(parentPath, name)));
  const lasting = paths.filter((path) => !path.includes("speed.arrow")).sort();
  return new Map(lasting.map((path) => [path, hashOf(readFileSync(join(root, path)))]));
}
