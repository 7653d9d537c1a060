/** Finished experiments for tests: in memory, and as the tables of a folder. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import {
  createProvenance,
  type DatasetRow,
  datasetSchema,
  hashFile,
  hashModel,
  type MetricsRow,
  metricsSchema,
  planSchema,
  silentProgress,
  writeTable,
} from "@ft/artifacts";
import { initializeModel, saveModel } from "@ft/model";
import type { FinishedExperiment } from "../findings/read-experiments.ts";
import type { Results } from "../results.ts";
import { run } from "../run.ts";
import { results } from "./results.ts";

/** A finished experiment with some parts of the made-up results replaced. @param data of another task by default */
export function finished(name: string, parts: Partial<Results> = {}, data = name): FinishedExperiment {
  return {
    ...{ name, data, evaluations: [], tables: new Map(), read: [], record: undefined },
    results: { ...results, experiment: name, ...parts },
    manifest: {
      ...createProvenance({ config: { percentile: 95 }, seed: 1 }),
    } as FinishedExperiment["manifest"],
  };
}

/** Rows by seed and step within a plan, as the table has them. */
function inOrder(rows: readonly MetricsRow[]): MetricsRow[] {
  const plans = [...new Set(rows.map(({ plan }) => plan))];
  return plans.flatMap((plan) =>
    rows.filter((row) => row.plan === plan).sort((a, b) => a.seed - b.seed || a.step - b.step),
  );
}

/** Saves the made-up results' base model. */
export async function writeModel(folder: string): Promise<string> {
  await saveModel(folder, initializeModel(results.model.config, 1));
  return folder;
}

/**
 * Writes the made-up experiment as FOLDER/NAME/STAGE/TABLE.arrow, without its dataset and what the report drew.
 *
 * @param model folder of the base model
 */
export async function writeFinished(folder: string, name: string, model: string): Promise<void> {
  const at = (stage: string) => join(folder, name, stage);
  const producer = (stage: string, uses: string) => ({ experiment: name, stage, uses });
  const example: DatasetRow = {
    ...{ example: 0, split: "circuit", kind: name, ...results.example },
    ...{ cleanTokens: [1], corruptedTokens: [2], answerToken: 3, corruptedAnswerToken: 4 },
  };
  const config = { plans: results.stages.flatMap(({ manifest }) => Object(manifest.config).plans) };
  const runs = { experiment: name, stage: "train" };
  const made = (stage: string, uses: string) =>
    createProvenance({ seed: 1, config: {}, producer: producer(stage, uses) });
  await writeTable(at("data"), datasetSchema, [example], made("data", "data"));
  await writeTable(at("plan"), planSchema, results.plans, { ...made("plan", "lora"), config });
  await writeTable(at("train"), metricsSchema, inOrder(results.metrics), { ...made("train", "train"), runs });
  const tables = { data: datasetSchema, plan: planSchema, train: metricsSchema };
  const hashes = Object.entries(tables).map(([role, { file }]) => [
    `${role}/${role}/${file}`,
    hashFile(join(at(role), file)),
  ]);
  await run({
    ...{ experiment: name, stage: "report", config: { percentile: 95 }, seed: 1, folder, model },
    inputs: { data: [at("data")], plan: [at("plan")], train: [at("train")] },
    ...{ output: at("report"), work: at("work"), progress: silentProgress },
    provenance: createProvenance({
      ...{ seed: 1, config: { percentile: 95 }, producer: producer("report", "report") },
      inputs: { ...Object.fromEntries(hashes), model: hashModel(model) },
    }),
  });
  for (const left of ["data", "report/tables", "report/figures", "report/report.html"])
    rmSync(at(left), { recursive: true });
}
