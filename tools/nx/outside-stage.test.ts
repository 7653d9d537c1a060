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
  type AnySchema,
  createProvenance,
  describeManifest,
  hashFile,
  loadExperiment,
  readManifest,
  readTable,
  runStage,
  type SpeedRow,
  silentProgress,
  speedSchema,
  type TableSchema,
  UserError,
  verifyFile,
  writeTable,
} from "@ft/artifacts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { environmentOf, outsideStage } from "./outside-stage.mjs";

const row: SpeedRow = {
  plan: "a",
  draw: 0,
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
  // The table that the commands of these tests copy into place, as a program in another language would write it.
  await writeTable(join(root, "right.arrow"), speedSchema, [row], createProvenance());
  await writeTable(join(root, "wrong.arrow"), withoutSeconds, [row], createProvenance());
});
afterEach(() => rmSync(root, { recursive: true }));

/** Runs `command` as the stage `mine` of an experiment, and returns the stage's output folder. */
async function runCommand(
  command: string,
  admitOutput?: (context: { output: string }) => void,
): Promise<string> {
  const file = join(root, "experiments/tiny/experiment.json");
  writeFileSync(
    file,
    JSON.stringify({ stages: { mine: { uses: "data", config: { any: ["thing"] }, run: command } } }),
  );
  const choice = { experiment: loadExperiment(file), stage: "mine" };
  const contract = { uses: "data", outputs: [speedSchema as AnySchema], admitOutput };
  return runStage(outsideStage(choice, command, contract), choice, silentProgress);
}

const refused = () => join(root, "runs/tiny/.mine.refused");
const leftovers = () => (existsSync(join(root, "runs/tiny")) ? readdirSync(join(root, "runs/tiny")) : []);

describe("a stage done by an outside command", () => {
  it("takes the command's output and gives it a manifest", async () => {
    const output = await runCommand("cp right.arrow $FT_OUTPUT/speed.arrow");
    expect(readTable(output, speedSchema)).toEqual([row]);
    const manifest = JSON.parse(readFileSync(join(output, "speed.arrow.manifest.json"), "utf8"));
    expect(manifest).toMatchObject({
      producer: { experiment: "tiny", stage: "mine", uses: "data" },
      config: { any: ["thing"] },
      seed: 1,
    });
  });

  it("records the command and its files as they were before it ran", async () => {
    const script = join(root, "experiments/tiny/copy.sh");
    writeFileSync(script, "cp ../../right.arrow $FT_OUTPUT/speed.arrow; echo >> copy.sh");
    const before = hashFile(script);
    const command = "cd experiments/tiny && sh copy.sh";
    const output = await runCommand(command);
    const table = join(output, "speed.arrow");
    const files = { "experiments/tiny/copy.sh": before };
    expect(readManifest(table).outside).toEqual({ command, files });
    expect(describeManifest(verifyFile(table))).toContain(
      `  command   "${command}"\n  file      experiments/tiny/copy.sh, sha-256 ${before}\n`,
    );
  });

  it("starts over when a file it names has changed, and resumes in its work folder otherwise", async () => {
    const script = join(root, "work.sh");
    const text = "echo $FT_WORK >> works; exit 1";
    for (const content of [text, text, `${text} # edited`]) {
      writeFileSync(script, content);
      await expect(runCommand("sh work.sh")).rejects.toThrow("exit code 1");
    }
    const [first, second, third] = readFileSync(join(root, "works"), "utf8").split("\n");
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it("notes that the command names no file", async () => {
    const output = await runCommand("cp r*t.arrow $FT_OUTPUT/speed.arrow");
    expect(describeManifest(verifyFile(join(output, "speed.arrow")))).toContain(
      "  files     none named by the command: what it ran is not recorded",
    );
  });

  it("replaces the manifest that came with a table, which must match it", async () => {
    const copy =
      "cp right.arrow $FT_OUTPUT/speed.arrow; cp right.arrow.manifest.json $FT_OUTPUT/speed.arrow.manifest.json";
    const backend = { name: "mine", device: "cpu", library: "numpy", threads: 1 };
    await writeTable(join(root, "right.arrow"), speedSchema, [row], createProvenance({ backend }));
    const output = await runCommand(copy);
    expect(readManifest(join(output, "speed.arrow"))).toMatchObject({
      producer: { stage: "mine" },
      outside: { command: copy },
      backend,
    });
    await expect(runCommand(`${copy}; echo >> $FT_OUTPUT/speed.arrow`)).rejects.toThrow("the file has grown");
  });

  it("keeps a table with a missing column where the message says, until the next attempt", async () => {
    const wrong = runCommand("cp wrong.arrow $FT_OUTPUT/speed.arrow");
    await expect(wrong).rejects.toThrow(
      /^(?=.*columns are not those of table speed 2)(?=.*speed\.arrow)(?=.*seconds is missing)/s,
    );
    const kept = (await wrong.catch((error) => error)).at.file;
    expect(kept).toBe(join(refused(), "speed.arrow"));
    expect(readFileSync(kept)).toEqual(readFileSync(join(root, "wrong.arrow")));
    expect(leftovers()).toEqual([".mine.refused"]);
    await expect(runCommand("exit 1")).rejects.toThrow("exit code 1");
    expect(leftovers()).toEqual([]);
  });

  it("refuses an output without one of its tables, with the files found and a remedy", async () => {
    await expect(runCommand("touch $FT_OUTPUT/sped.arrow")).rejects.toThrow(
      /did not write table speed.*speed\.arrow.*sped\.arrow.*as speed\.arrow into \$FT_OUTPUT/s,
    );
  });

  it("refuses an output whose content is invalid, keeps it without manifests, and leaves the earlier output unchanged", async () => {
    const command = "cp right.arrow $FT_OUTPUT/speed.arrow";
    let judged: unknown;
    const output = await runCommand(command, (context) => {
      judged = readTable(context.output, speedSchema);
    });
    expect(judged).toEqual([row]);
    const rejected = runCommand(command, () => {
      throw new UserError("too slow");
    });
    await expect(rejected).rejects.toThrow("too slow");
    expect(readdirSync(refused())).toEqual(["speed.arrow"]);
    expect(readTable(output, speedSchema)).toEqual([row]);
    await runCommand(command);
    expect(leftovers()).toEqual(["mine"]);
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

  it("distinguishes a signal from an exit code", async () => {
    await expect(runCommand("kill -KILL $$")).rejects.toThrow(
      /the command of stage mine was ended by SIGKILL/,
    );
    await expect(runCommand("exit 143")).rejects.toThrow(/was ended by SIGTERM/);
  });

  it("passes a signal on to everything the command has started, and leaves no output", async () => {
    // A killed process that nobody has waited for still exists, so its life is judged by its heartbeat.
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

  it("gives the command its stage, configuration, seed, model and folders", () => {
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
