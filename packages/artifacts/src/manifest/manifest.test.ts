import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashFile, hashOf, manifestPath, seal } from "@ft/bytes";
import { expect, test } from "vitest";
import { datasetSchema } from "../schemas/dataset.ts";
import { readTable } from "../tables/read-table.ts";
import { writeTable } from "../tables/write-table.ts";
import { errorOf } from "../testing/error-of.ts";
import { overwrite } from "../testing/overwrite.ts";
import { datasetRows } from "../testing/rows.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { createProvenance, describeBackend } from "./provenance.ts";
import { readManifest } from "./read-manifest.ts";
import { describeManifest, verifiableFiles, verifyFile } from "./verify-file.ts";
import { writeSealedFile } from "./write-manifest.ts";

const provenance = createProvenance({
  producer: { experiment: "add-sub-100", stage: "data", uses: "data" },
  inputs: { model: hashOf("model") },
  config: { task: "add-sub", options: { within: 100 } },
  seed: 7,
  backend: { name: "native", device: "cpu", library: "tensorflow 2.21.0", threads: 2 },
});

async function written(): Promise<string> {
  const file = join(temporaryFolder(), datasetSchema.file);
  await writeTable(file, datasetSchema, datasetRows, provenance);
  return file;
}

test("a manifest records what the file is, its inputs and what wrote it", async () => {
  const file = await written();
  const manifest = readManifest(file);
  expect(manifest).toMatchObject({
    ...provenance,
    schema: { name: "dataset", version: 1 },
    rows: 2,
    bytes: readFileSync(file).length,
    sha256: hashFile(file),
  });
  expect(manifest).toHaveProperty("columns.10", {
    name: "corruptedAnswerToken",
    type: "int32",
    nullable: true,
  });
  expect(manifest.versions["apache-arrow"]).toMatch(/^\d+\.\d+\.\d+$/);
});

test("a manifest does not depend on when or where it was written", async () => {
  const [first, second] = [await written(), await written()];
  expect(readFileSync(manifestPath(first), "utf8")).toBe(readFileSync(manifestPath(second), "utf8"));
  expect(readFileSync(manifestPath(first), "utf8")).not.toContain(first);
});

test("a verified file is described in a few lines", async () => {
  const file = await written();
  const { bytes, sha256 } = readManifest(file);
  expect(describeManifest(verifyFile(file))).toBe(
    [
      file,
      "  schema    dataset 1",
      "  rows      2",
      `  bytes     ${bytes.toLocaleString("en-US")}`,
      `  sha-256   ${sha256}`,
      "  producer  add-sub-100, stage data (data)",
      "  seed      7",
      "  backend   native (tensorflow 2.21.0, cpu, 2 threads)",
    ].join("\n"),
  );
});

test("every changed byte and every truncation of a manifest is detected", async () => {
  const file = await written();
  const path = manifestPath(file);
  const original = readFileSync(path);
  const missed: string[] = [];
  const attempt = (what: string, bytes: Uint8Array) => {
    overwrite(path, bytes);
    const error = errorOf(() => readManifest(file)) as Error | undefined;
    if (error?.name !== "UserError" || !error.message.startsWith("the manifest is damaged"))
      missed.push(what);
  };
  for (let i = 0; i < original.length; i++) {
    const bytes = Uint8Array.from(original);
    bytes[i]! ^= 1 << (i % 8);
    attempt(`byte ${i}`, bytes);
    attempt(`cut at ${i}`, original.subarray(0, i));
  }
  expect(missed).toEqual([]);
});

test("a file is not trusted without its manifest, nor a manifest without its file", async () => {
  const file = await written();
  rmSync(manifestPath(file));
  expect(() => verifyFile(file)).toThrow("missing manifest");
  const other = await written();
  rmSync(other);
  expect(() => verifyFile(other)).toThrow("there is no such file");
  expect(() => verifyFile(join(other, ".."))).toThrow("this is a folder, not a file");
});

test("a manifest of another format is named as such", async () => {
  const file = await written();
  const { seal: _, ...content } = JSON.parse(readFileSync(manifestPath(file), "utf8"));
  const later = { ...content, format: "finetune-circuits/3" };
  writeFileSync(manifestPath(file), seal(later));
  expect(() => verifyFile(file)).toThrow("format is not finetune-circuits/2\n  file: ");
  writeFileSync(manifestPath(file), seal({ ...content, format: "finetune-circuits/1" }));
  expect(() => verifyFile(file)).toThrow(
    `the file was written by an earlier version of finetune-circuits\n  file: ${file}\n  run the stage`,
  );
});

test("an invalid provenance is refused before anything is written", async () => {
  const folder = temporaryFolder();
  const wrong = { ...provenance, inputs: { data: "not a hash" } };
  await expect(writeTable(folder, datasetSchema, datasetRows, wrong)).rejects.toThrow();
  expect(readdirSync(folder)).toEqual([]);
});

test("a page or a figure is verified as a table is", () => {
  const file = join(temporaryFolder(), "figures", "loss.svg");
  writeSealedFile(file, "<svg>é</svg>", "figure: loss", provenance);
  expect(JSON.parse(readFileSync(manifestPath(file), "utf8"))).toMatchObject({
    ...provenance,
    what: "figure: loss",
    sha256: hashFile(file),
    bytes: readFileSync(file).length,
    seal: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(describeManifest(verifyFile(file))).toContain("  what      figure: loss\n");
  overwrite(file, Buffer.from("<svg>e.</svg>"));
  expect(() => verifyFile(file)).toThrow("the file's contents have changed since it was written");
});

test("a file whose manifest is not a table's is not read as a table", () => {
  const file = join(temporaryFolder(), datasetSchema.file);
  writeSealedFile(file, "no table", "figure: loss", provenance);
  expect(() => readTable(file, datasetSchema)).toThrow(/the file is not table dataset 1[\s\S]*figure: loss/);
});

test("the verifiable files of a folder are its tables and all files with a manifest, existing or not", async () => {
  const folder = temporaryFolder();
  const [table, page, gone] = ["a/dataset.arrow", "b.html", "c.csv"].map((name) => join(folder, name));
  writeFileSync(join(folder, "notes.txt"), "");
  await writeTable(table!, datasetSchema, datasetRows, provenance);
  for (const file of [page!, gone!]) writeSealedFile(file, "x", "x", provenance);
  rmSync(manifestPath(table!));
  rmSync(gone!);
  expect(verifiableFiles(folder)).toEqual([table, page, gone]);
});

test("a backend is described with its library, device and threads, and a file made without one has none", () => {
  const native = { name: "native", library: "tensorflow 2.21.0", device: "cpu" };
  expect(describeBackend({ ...native, threads: 1 })).toBe("native (tensorflow 2.21.0, cpu, 1 thread)");
  expect(describeBackend({ ...native, threads: 2 })).toBe("native (tensorflow 2.21.0, cpu, 2 threads)");
  expect(describeBackend(null)).toBe("none");
});
