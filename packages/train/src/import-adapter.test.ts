import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  checkpointsSchema,
  createProvenance,
  hashFile,
  planSchema,
  readManifest,
  readTable,
  type StageContext,
  silentProgress,
  tablePath,
  writeTable,
} from "@ft/artifacts";
import { openSafetensors } from "@ft/model";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../artifacts/src/testing/temporary-folder.ts";
import { admitImport, checkImport, type ImportConfig, importConfig, runImport } from "./import-adapter.ts";

const fixture = join(import.meta.dirname, "../../../test/fixtures/peft-kinds");

/** A context of the stage in the folder of PEFT's adapters. */
function contextOf(config: Partial<ImportConfig>): StageContext<ImportConfig> {
  return {
    ...{ experiment: "mine", stage: "imported", folder: join(fixture, "peft"), seed: 1, model: fixture },
    config: importConfig.parse({ adapter: "lora-patterns", ...config }),
    ...{ inputs: {}, output: temporaryFolder(), work: temporaryFolder() },
    progress: silentProgress,
    provenance: createProvenance(),
  };
}

test("an adapter of PEFT is a plan and a run: the base model, then the adapter after its updates", async () => {
  const context = contextOf({ updates: 30, plan: "theirs" });
  await runImport(context);
  const plan = readTable(context.output, planSchema);
  expect(new Set(plan.map(({ rank }) => rank)).size).toBeGreaterThan(1);
  const rows = readTable(context.output, checkpointsSchema);
  expect([...new Set(rows.map(({ plan, seed, step }) => `${plan} ${seed} ${step}`))]).toEqual([
    "theirs 1 0",
    "theirs 1 30",
  ]);
  const file = join(fixture, "peft/lora-patterns/adapter_model.safetensors");
  const theirs = openSafetensors(file);
  const last = rows.filter(({ step }) => step === 30);
  expect(last.map(({ tensor }) => `base_model.model.${tensor}`).sort()).toEqual(
    [...theirs.tensors.keys()].sort(),
  );
  for (const { tensor, data } of last)
    expect([...new Float32Array(data.slice().buffer)]).toEqual([
      ...theirs.read(`base_model.model.${tensor}`).data,
    ]);
  for (const { tensor, data } of rows.filter(({ step }) => step === 0))
    if (tensor.includes("lora_B")) expect(data.every((byte) => byte === 0)).toBe(true);
  const { inputs } = readManifest(tablePath(context.output, checkpointsSchema));
  expect(inputs["adapter/adapter_model.safetensors"]).toBe(hashFile(file));
  await admitImport(context);
});

test("an adapter that was not trained yet is its run's only checkpoint", async () => {
  const context = contextOf({ adapter: "ia3", updates: 0 });
  await runImport(context);
  const rows = readTable(context.output, checkpointsSchema);
  expect(new Set(rows.map(({ step }) => step))).toEqual(new Set([0]));
  expect(rows.some(({ data }) => new Float32Array(data.slice().buffer).some((value) => value !== 1))).toBe(
    true,
  );
});

test("an adapter that cannot be read is a problem of the configuration, which names the file", async () => {
  const place = { folder: join(fixture, "peft"), model: fixture };
  const config = (adapter: string) => importConfig.parse({ adapter });
  expect(await checkImport(config("dora"), place)).toEqual([]);
  const broken = temporaryFolder();
  cpSync(join(fixture, "peft/lora"), broken, { recursive: true });
  const file = join(broken, "adapter_config.json");
  const json = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify({ ...json, peft_type: "LOHA" }));
  expect(await checkImport(config(broken), place)).toEqual([
    { path: ["adapter"], problem: `adapters of this type are not computed (${file}, found LOHA)` },
  ]);
});

test("a command's tables must have the tensors of their plans", async () => {
  const context = contextOf({});
  await runImport(context);
  const rows = readTable(context.output, planSchema);
  await writeTable(context.output, planSchema, rows.slice(1), createProvenance());
  await admitImport(context);
  const larger = rows.map((row) => ({ ...row, rank: row.rank + 1 }));
  await writeTable(context.output, planSchema, larger, createProvenance());
  await expect(admitImport(context)).rejects.toThrow(/another shape for a tensor that its plan trains/);
  await writeTable(context.output, planSchema, [{ ...rows[0]!, plan: "else" }], createProvenance());
  await expect(admitImport(context)).rejects.toThrow(/not among the plans/);
});
