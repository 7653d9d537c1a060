import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  createProvenance,
  datasetSchema,
  hashFile,
  leftOutOf,
  parseConfig,
  readManifest,
  readTable,
  silentProgress,
  tablePath,
} from "@ft/artifacts";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../artifacts/src/testing/temporary-folder.ts";
import { configSchema } from "./config.ts";
import { run } from "./run.ts";
import { modelFolder } from "./testing/model-folder.ts";

/** Runs the stage as an experiment would; the folder it has written to. */
async function runStage(given: unknown, { seed = 7, folder = temporaryFolder() } = {}): Promise<string> {
  const config = parseConfig(configSchema, given);
  const output = temporaryFolder();
  const folders = { folder, model: modelFolder(), output, work: temporaryFolder() };
  const provenance = createProvenance({ seed });
  await run({
    experiment: "test",
    stage: "data",
    config,
    seed,
    inputs: {},
    progress: silentProgress,
    provenance,
    ...folders,
  });
  return output;
}

test("the stage writes a dataset that its readers accept, the same bytes for the same seed", async () => {
  const folder = await runStage({ task: "composition", examples: 200 });
  const rows = readTable(folder, datasetSchema);
  expect(rows.length).toBe(200);
  const hash = (folder: string) => hashFile(tablePath(folder, datasetSchema));
  expect(hash(await runStage({ task: "composition", examples: 200 }))).toBe(hash(folder));
  expect(hash(await runStage({ task: "composition", examples: 200 }, { seed: 8 }))).not.toBe(hash(folder));
});

test("the stage imports files of the experiment's folder, and records their hashes and the rows left out", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "pairs.csv"), "clean,corrupted,label\n5 + 3 =,5 - 3 =,8\n5 =,5 =,8\n");
  const line = { clean: "6 + 3 =", corrupted: "6 - 3 =", answer: " 9" };
  writeFileSync(join(folder, "more.jsonl"), JSON.stringify(line));
  const absolute = join(folder, "more.jsonl");
  const config = { import: { circuit: "pairs.csv", train: ["more.jsonl"], unusable: "drop" } };
  const output = await runStage(config, { folder });
  expect(readTable(output, datasetSchema)).toMatchObject([
    { split: "train", kind: "imported", answer: "9" },
    { split: "circuit", kind: "imported", answer: "8" },
  ]);
  const manifest = readManifest(tablePath(output, datasetSchema));
  expect(manifest.inputs).toEqual({
    "import/circuit": hashFile(join(folder, "pairs.csv")),
    "import/train/0": hashFile(absolute),
  });
  expect(manifest.config).toEqual({
    leftOut: [{ reason: "both prompts are the same", rows: 1, first: ['pairs.csv, line 3: "5 ="'] }],
  });
  expect(leftOutOf(manifest)).toMatchObject([{ rows: 1 }]);
  await expect(runStage({ import: { circuit: "none.csv" } }, { folder })).rejects.toThrow(
    /there is no such file\n.*none\.csv\n {2}paths in an experiment are relative to the experiment's folder/,
  );
});
