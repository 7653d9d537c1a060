import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  createProvenance,
  datasetSchema,
  hashFile,
  parseConfig,
  readManifest,
  readTable,
  silentProgress,
  tablePath,
} from "@ft/artifacts";
import { expect, test } from "vitest";
import { configSchema } from "./config.ts";
import { run } from "./run.ts";
import { modelFolder } from "./testing/model-folder.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

/** Runs the stage as an experiment would; the folder it has written to. */
async function runStage(given: unknown, { seed = 7, output = temporaryFolder() } = {}): Promise<string> {
  const config = parseConfig(configSchema, given);
  const folders = { model: modelFolder(), output, work: temporaryFolder() };
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

test("the stage imports files from the repository's root and records what was in them", async () => {
  const root = temporaryFolder();
  writeFileSync(join(root, "nx.json"), "{}");
  writeFileSync(join(root, "pairs.csv"), "clean,corrupted,label\n5 + 3 =,5 - 3 =,8\n");
  const folder = await runStage({ import: { circuit: "pairs.csv" } }, { output: join(root, "runs") });
  expect(readTable(folder, datasetSchema)).toMatchObject([
    { split: "circuit", kind: "imported", answer: "8" },
  ]);
  expect(readManifest(tablePath(folder, datasetSchema)).inputs).toEqual({
    "import/circuit": hashFile(join(root, "pairs.csv")),
  });
});
