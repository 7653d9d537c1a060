import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { manifestPath } from "@ft/bytes";
import { expect, test } from "vitest";
import { createProvenance } from "../manifest/provenance.ts";
import { readManifest } from "../manifest/read-manifest.ts";
import { datasetSchema } from "../schemas/dataset.ts";
import type { AnySchema } from "../schemas/schema.ts";
import { writeTable } from "../tables/write-table.ts";
import { smallRows, smallSchema } from "../testing/rows.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { checkStageOutput } from "./check-output.ts";

const schemas = [smallSchema as AnySchema];

async function written(): Promise<{ folder: string; file: string }> {
  const folder = temporaryFolder();
  await writeTable(folder, smallSchema, smallRows, createProvenance());
  return { folder, file: join(folder, smallSchema.file) };
}

test("a folder with every table passes, with or without other files", async () => {
  const { folder } = await written();
  writeFileSync(join(folder, "figure.svg"), "<svg/>");
  await checkStageOutput(folder, schemas);
});

test("an outside command's table is sealed with the provenance given", async () => {
  const { folder, file } = await written();
  rmSync(manifestPath(file));
  await expect(checkStageOutput(folder, schemas)).rejects.toThrow("missing manifest");
  await checkStageOutput(folder, schemas, createProvenance({ seed: 9 }));
  expect(readManifest(file)).toMatchObject({ seed: 9, rows: 2 });
});

test("an outside command's table that breaks its contract is refused", async () => {
  const { folder, file } = await written();
  rmSync(manifestPath(file));
  writeFileSync(file, readFileSync(file).subarray(0, -1));
  await expect(checkStageOutput(folder, schemas, createProvenance())).rejects.toThrow(
    "the Arrow file is damaged",
  );
  const dataset = { ...datasetSchema, file: smallSchema.file } as AnySchema;
  const whole = await written();
  rmSync(manifestPath(whole.file));
  await expect(checkStageOutput(whole.folder, [dataset], createProvenance())).rejects.toThrow(
    "example is missing",
  );
});

test("a manifest that comes with a table must match it", async () => {
  const { folder, file } = await written();
  writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.of(0)]));
  await expect(checkStageOutput(folder, schemas, createProvenance())).rejects.toThrow("the file has grown");
});
