import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import {
  createProvenance,
  loadExperiment,
  readTable,
  runStage,
  type SpeedRow,
  silentProgress,
  speedSchema,
  type TableSchema,
  writeTable,
} from "@ft/artifacts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { environmentOf, outsideStage } from "./outside-stage.mjs";

const row: SpeedRow = {
  run: "a",
  seed: 1,
  step: 10,
  seconds: 2,
  tokensPerSecond: 300,
  examplesPerSecond: 15,
};
const { seconds: _, ...columns } = speedSchema.columns;
const withoutSeconds: TableSchema<Omit<SpeedRow, "seconds">> = { ...speedSchema, columns };

let root: string;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "ft-outside-"));
  mkdirSync(join(root, "experiments/tiny"), { recursive: true });
  mkdirSync(join(root, "models/nano"), { recursive: true });
  writeFileSync(join(root, "nx.json"), "{}");
  writeFileSync(join(root, "models/nano/config.json"), "{}");
  // What the commands of these tests copy into place, as a program of another language would write it.
  await writeTable(join(root, "right.arrow"), speedSchema, [row], createProvenance());
  await writeTable(join(root, "wrong.arrow"), withoutSeconds, [row], createProvenance());
});
afterEach(() => rmSync(root, { recursive: true }));

/** Runs `command` as the stage `mine` of an experiment, and returns the stage's output folder. */
async function runCommand(command: string): Promise<string> {
  const file = join(root, "experiments/tiny/experiment.json");
  writeFileSync(
    file,
    JSON.stringify({ stages: { mine: { uses: "data", config: { any: ["thing"] }, run: command } } }),
  );
  const definition = outsideStage(loadExperiment(file), "mine", "data", command, [speedSchema]);
  return runStage(definition, { experiment: file, stage: "mine" }, silentProgress);
}

const leftovers = () => (existsSync(join(root, "runs/tiny")) ? readdirSync(join(root, "runs/tiny")) : []);

describe("a stage done by an outside command", () => {
  it("takes what the command wrote and vouches for it", async () => {
    const output = await runCommand("cp right.arrow $FT_OUTPUT/speed.arrow");
    expect(readTable(output, speedSchema)).toEqual([row]);
    const manifest = JSON.parse(readFileSync(join(output, "speed.arrow.manifest.json"), "utf8"));
    expect(manifest).toMatchObject({
      producer: { experiment: "tiny", stage: "mine", uses: "data" },
      config: { any: ["thing"] },
      seed: 1,
    });
  });

  it("refuses a table with a missing column by name, and leaves nothing", async () => {
    const wrong = runCommand("cp wrong.arrow $FT_OUTPUT/speed.arrow");
    await expect(wrong).rejects.toThrow(
      /^(?=.*columns are not those of table speed 1)(?=.*speed\.arrow)(?=.*seconds is missing)/s,
    );
    expect(leftovers()).toEqual([]);
  });

  it("refuses an output without one of its tables, and leaves nothing", async () => {
    await expect(runCommand("true")).rejects.toThrow(/did not write table speed.*speed\.arrow/s);
    expect(leftovers()).toEqual([]);
  });

  it("keeps an earlier output when the command fails, and names command and exit code", async () => {
    const output = await runCommand("cp right.arrow $FT_OUTPUT/speed.arrow");
    const failing = runCommand("touch $FT_OUTPUT/half; exit 3");
    await expect(failing).rejects.toThrow(
      /the command of stage mine failed with exit code 3.*stages\.mine\.run.*exit 3/s,
    );
    expect(readdirSync(output).sort()).toEqual(["speed.arrow", "speed.arrow.manifest.json"]);
    expect(leftovers()).toEqual(["mine"]);
  });

  it("tells a signal from an exit code", async () => {
    await expect(runCommand("kill -KILL $$")).rejects.toThrow(
      /the command of stage mine was ended by SIGKILL/,
    );
    await expect(runCommand("exit 143")).rejects.toThrow(/was ended by SIGTERM/);
  });

  it("passes a signal on to everything the command has started, and leaves nothing", async () => {
    // A killed process that nobody has waited for still counts as one, so it is known by what it does: it beats.
    const beats = join(root, "beats");
    const size = () => (existsSync(beats) ? statSync(beats).size : 0);
    const inner = "touch $FT_OUTPUT/half; while echo >> beats; do sleep 0.05; done";
    const stopped = runCommand(`sh -c '${inner}'; echo survived`);
    const outcome = expect(stopped).rejects.toThrow(/the command of stage mine was ended by SIGHUP/);
    await vi.waitUntil(() => size() > 2, { timeout: 10_000 });
    process.emit("SIGHUP", "SIGHUP");
    await outcome;
    const last = size();
    await setTimeout(500);
    expect(size()).toBe(last);
    expect(leftovers()).toEqual([]);
  });

  it("tells the command its stage, configuration, seed, model and folders", () => {
    const environment = environmentOf({
      experiment: "tiny",
      stage: "mine",
      folder: "/experiments/tiny",
      config: { steps: 5 },
      seed: 7,
      model: "/models/nano",
      inputs: { data: ["/runs/data"], "my-plans": ["/runs/a", "/runs/b"] },
      output: "/runs/temporary",
      work: "/work",
      progress: silentProgress,
      provenance: createProvenance(),
    });
    expect(environment).toEqual({
      FT_EXPERIMENT: "tiny",
      FT_STAGE: "mine",
      FT_CONFIG: '{"steps":5}',
      FT_SEED: "7",
      FT_MODEL: "/models/nano",
      FT_INPUT_DATA: "/runs/data",
      FT_INPUT_MY_PLANS: ["/runs/a", "/runs/b"].join(delimiter),
      FT_OUTPUT: "/runs/temporary",
      FT_WORK: "/work",
    });
  });
});
