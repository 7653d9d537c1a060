import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { hashFile } from "@ft/bytes";
import { loadExperiment } from "@ft/experiment";
import { expect, test, vi } from "vitest";
import { readManifest } from "../manifest/read-manifest.ts";
import { verifyFile } from "../manifest/verify-file.ts";
import { silentProgress } from "../progress/create-progress.ts";
import { readTable } from "../tables/read-table.ts";
import { smallRows, smallSchema } from "../testing/rows.ts";
import { declareSmallStage, smallStage, tinyRepository } from "../testing/tiny-repository.ts";
import { recordedDuration } from "./durations.ts";
import { hashModel } from "./hash-model.ts";
import { runStage } from "./run-stage.ts";
import type { StageContext, StageDefinition } from "./stage.ts";
import { partFolder } from "./work-parts.ts";

declareSmallStage();

type Config = { rows: number; label?: string };
const two = {
  first: { uses: "small", config: { label: "x" } },
  second: { uses: "small", inputs: { before: "first" } },
};

async function run(
  experiment: string,
  stage: string,
  changes: Partial<StageDefinition<Config>> = {},
): Promise<string> {
  const choice = { experiment: loadExperiment(experiment), stage };
  return runStage({ ...smallStage, ...changes }, choice, silentProgress);
}

test("a stage's output is in runs, and records its inputs", async () => {
  const { root, experiment } = tinyRepository(two);
  await run(experiment, "first");
  const output = await run(experiment, "second");
  expect(output).toBe(join(root, "runs", "tiny", "second"));
  expect(readTable(output, smallSchema)).toEqual(smallRows);
  const first = join(root, "runs", "tiny", "first", smallSchema.file);
  expect(readManifest(join(output, smallSchema.file))).toMatchObject({
    producer: { experiment: "tiny", stage: "second", uses: "small" },
    inputs: { "before/first/small.arrow": hashFile(first), model: expect.stringMatching(/^[0-9a-f]{64}$/) },
    config: { rows: 2 },
    seed: 5,
    backend: null,
  });
  expect(readManifest(first).config).toEqual({ rows: 2, label: "x" });
});

test("a stage is given all its paths", async () => {
  const { root, experiment } = tinyRepository(two);
  await run(experiment, "first");
  let seen: StageContext<Config> | undefined;
  await run(experiment, "second", {
    run(context) {
      seen = context;
      expect(readdirSync(context.output)).toEqual([]);
      expect(existsSync(context.work)).toBe(true);
      return smallStage.run(context);
    },
  });
  expect(seen).toMatchObject({
    experiment: "tiny",
    stage: "second",
    folder: dirname(experiment),
    config: { rows: 2 },
    seed: 5,
    model: join(root, "models", "nano"),
    inputs: { before: [join(root, "runs", "tiny", "first")] },
  });
  expect(seen!.work).toContain(join(root, ".cache", "work", "tiny", "second"));
});

test("a stage on a model of the hub finds it in the download cache, and records its commit", async () => {
  const { root, experiment } = tinyRepository({ first: { uses: "small" } });
  writeFileSync(experiment, JSON.stringify({ model: "hf://org/name", stages: { first: { uses: "small" } } }));
  vi.stubEnv("HF_HUB_CACHE", join(root, "hub"));
  await expect(run(experiment, "first")).rejects.toThrow(
    /hf:\/\/org\/name is not in the download cache[\s\S]*fetch it: npx ft model fetch hf:\/\/org\/name/,
  );
  const commit = "c".repeat(40);
  const model = join(root, "hub", "models--org--name", "snapshots", commit);
  mkdirSync(model, { recursive: true });
  for (const name of ["config.json", "tokenizer.json", "model.safetensors"])
    writeFileSync(join(model, name), name);
  mkdirSync(join(model, "../../refs"));
  writeFileSync(join(model, "../../refs/main"), commit);
  let seen: string | undefined;
  const output = await run(experiment, "first", {
    run(context) {
      seen = context.model;
      return smallStage.run(context);
    },
  });
  expect(seen).toBe(model);
  const { baseModel, inputs } = verifyFile(join(output, smallSchema.file));
  expect(baseModel).toBe(`hf://org/name@${commit}`);
  // What nobody reads is not part of the model, unlike in a folder of one's own.
  writeFileSync(join(model, "generation_config.json"), "{}");
  expect(hashModel(model)).toBe(inputs.model);
  writeFileSync(join(model, "tokenizer_config.json"), "{}");
  expect(hashModel(model)).not.toBe(inputs.model);
  vi.unstubAllEnvs();
});

test("files of an earlier run do not survive", async () => {
  const { experiment } = tinyRepository(two);
  const output = await run(experiment, "first");
  writeFileSync(join(output, "stale.csv"), "");
  await run(experiment, "first");
  expect(readdirSync(output)).toEqual(["small.arrow", "small.arrow.manifest.json"]);
});

test("a stage that fails leaves the earlier output as it was, and the parts of its work for later runs", async () => {
  const { root, experiment } = tinyRepository(two);
  const output = await run(experiment, "first");
  const before = readFileSync(join(output, smallSchema.file));
  const part = { backend: null, roles: [], of: "all" };
  const failing = run(experiment, "first", {
    run(context) {
      writeFileSync(join(context.output, "half"), "");
      writeFileSync(join(partFolder(context, part), "progress"), "step 3");
      throw new Error("interrupted");
    },
  });
  await expect(failing).rejects.toThrow("interrupted");
  expect(readFileSync(join(output, smallSchema.file))).toEqual(before);
  expect(readdirSync(join(root, "runs", "tiny"))).toEqual(["first"]);

  let found: string | undefined;
  await run(experiment, "first", {
    run(context) {
      found = readFileSync(join(partFolder(context, part), "progress"), "utf8");
      return smallStage.run(context);
    },
  });
  expect(found).toBe("step 3");
  const work = join(root, ".cache", "work", "tiny", "first");
  expect(readdirSync(work)).toHaveLength(1);
  for (const part of readdirSync(work)) utimesSync(join(work, part), 1, 1);
  await run(experiment, "first");
  expect(existsSync(work)).toBe(false);
});

test("an output table that is missing or breaks its contract fails the stage and is not swapped in", async () => {
  const { root, experiment } = tinyRepository(two);
  await expect(run(experiment, "first", { run() {} })).rejects.toThrow("the stage did not write table small");
  const unsealed = run(experiment, "first", {
    async run(context) {
      await smallStage.run(context);
      rmSync(join(context.output, "small.arrow.manifest.json"));
    },
  });
  await expect(unsealed).rejects.toThrow("missing manifest");
  expect(existsSync(join(root, "runs", "tiny", "first"))).toBe(false);
});

test("a damaged input is detected before the stage runs", async () => {
  const { experiment } = tinyRepository(two);
  const input = join(await run(experiment, "first"), smallSchema.file);
  writeFileSync(input, readFileSync(input).subarray(0, 100));
  let ran = false;
  const running = run(experiment, "second", {
    run() {
      ran = true;
    },
  });
  await expect(running).rejects.toThrow("the file was cut short: 100 of ");
  expect(ran).toBe(false);
});

test("mistakes in the experiment are reported with their place and what to do", async () => {
  const { root, experiment } = tinyRepository({
    ...two,
    wrong: { uses: "small", config: { row: 1 } },
    other: { uses: "data" },
  });
  const rejects = (stage: string) => expect(run(experiment, stage)).rejects;
  await rejects("frist").toThrow('the experiment has no stage "frist"; did you mean `first`?');
  await rejects("wrong").toThrow("stages.wrong.config.row: unknown key; did you mean `rows`?");
  await rejects("second").toThrow(/this stage has not run yet\n.*\n {2}run stage first of tiny first/);
  await rejects("other").toThrow(/stage other is not of kind small\n.*\n {2}value: "data"/);
  rmSync(join(root, "models"), { recursive: true });
  await rejects("first").toThrow("the model's folder does not exist");
  mkdirSync(join(root, "models", "nano"), { recursive: true });
  await rejects("first").toThrow("holds neither weights nor configuration");
});

test("a table that a role requires must be in its folder, and be that table", async () => {
  const { experiment } = tinyRepository(two);
  await run(experiment, "first");
  const demands = (change: object) => ({ inputs: { before: { tables: [{ ...smallSchema, ...change }] } } });
  await expect(run(experiment, "second", demands({ file: "other.arrow" }))).rejects.toThrow(
    "there is no such file",
  );
  await expect(run(experiment, "second", demands({ version: 2 }))).rejects.toThrow(
    "written by an earlier version",
  );
});

test("a stage shared from another experiment belongs to that one, and is read from its folder", async () => {
  const { root, experiment } = tinyRepository(two);
  const child = join(root, "experiments", "child", "experiment.json");
  mkdirSync(dirname(child));
  writeFileSync(child, JSON.stringify({ extends: "tiny", stages: { second: { config: { rows: 1 } } } }));
  expect(await run(child, "first")).toBe(join(root, "runs", "tiny", "first"));
  const output = await run(child, "second");
  expect(output).toBe(join(root, "runs", "child", "second"));
  expect(readManifest(join(output, smallSchema.file))).toMatchObject({
    producer: { experiment: "child", stage: "second", uses: "small" },
    inputs: { "before/tiny.first/small.arrow": hashFile(join(root, "runs/tiny/first", smallSchema.file)) },
  });
  writeFileSync(
    experiment,
    JSON.stringify({ stages: { ...two, first: { uses: "small", config: { row: 1 } } } }),
  );
  await expect(run(child, "first")).rejects.toThrow(
    `- ${experiment}: stages.first.config.row: unknown key; did you mean \`rows\`?\n  file: ${child}`,
  );
});

test("how long a stage took is recorded, and losing the record is harmless", async () => {
  const { root, experiment } = tinyRepository(two);
  expect(recordedDuration(root, "tiny", "first")).toBeUndefined();
  await run(experiment, "first");
  expect(recordedDuration(root, "tiny", "first")).toBeGreaterThan(0);
  for (const damaged of ["{", '{"seconds": "3"}']) {
    writeFileSync(join(root, ".cache/durations/tiny/first.json"), damaged);
    expect(recordedDuration(root, "tiny", "first")).toBeUndefined();
  }
});
