/** Finished experiments of a folder, as their reports read them. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import {
  answersSchema,
  baselinesSchema,
  changesSchema,
  circuitsSchema,
  comparisonsSchema,
  type EvaluationRow,
  evaluationSchema,
  hashModel,
  inputFolder,
  kindsSchema,
  layersSchema,
  learningRatesSchema,
  type Manifest,
  metricsSchema,
  modelFolder,
  planSchema,
  readManifest,
  readRuns,
  subfolders,
  summarySchema,
  UserError,
} from "@ft/artifacts";
import { configSchema } from "../config.ts";
import { type Results, readResults } from "../results.ts";
import { readFurther, readTriedRates } from "./read-further.ts";
import { type RunRecord, readRecord } from "./record.ts";

/** An experiment with a report, and where its tables are. */
export interface FinishedExperiment {
  name: string;
  results: Results;
  /** Every evaluation of a circuit. */
  evaluations: readonly EvaluationRow[];
  /** SHA-256 of the tables that were read, by their paths in the folder of all experiments. */
  tables: ReadonlyMap<string, string>;
  /** Paths of the tables that its report read, in the folder of all experiments. */
  read: readonly string[];
  /** SHA-256 of the datasets: experiments with the same are about the same task. */
  data: string;
  /** Of the report's summary. */
  manifest: Manifest;
  /** How it was computed, if that was kept with it. */
  record: RunRecord | undefined;
}

/** The tables that findings are made from: all that has to be kept of an experiment. The datasets, scores and weights are not. */
export const resultTables: readonly { name: string; file: string }[] = [
  planSchema,
  layersSchema,
  metricsSchema,
  kindsSchema,
  answersSchema,
  learningRatesSchema,
  circuitsSchema,
  changesSchema,
  comparisonsSchema,
  evaluationSchema,
  summarySchema,
  baselinesSchema,
];

/** The paper's order of tasks. */
const TASKS = ["add-sub", "mul-div", "sequence", "lcm", "function", "composition"];

/**
 * Reads and verifies every experiment of a folder that has a report: FOLDER/EXPERIMENT/STAGE/TABLE.arrow, such as `runs` or
 * the small tables kept in `results`. Which stages play which role is in the manifest of the report's summary.
 *
 * @param models folders of base models; each experiment's is found by its hash, one of the hub also in the download cache
 * @returns in the paper's order of tasks, then by name
 * @throws UserError if no experiment has a report, a base model is not among those given, or a table is not the one that
 * its report read
 */
export async function readExperiments(
  folder: string,
  models: readonly string[],
): Promise<FinishedExperiment[]> {
  if (!existsSync(folder)) throw new UserError("the folder of results does not exist", { file: folder });
  const hashes = new Map(models.map((model) => [hashModel(model), model]));
  const reports = subfolders(folder).flatMap((experiment) =>
    subfolders(join(folder, experiment))
      .map((stage) => join(folder, experiment, stage))
      .filter((stage) => existsSync(join(stage, summarySchema.file))),
  );
  if (reports.length === 0) {
    throw new UserError("no experiment in this folder has a report", {
      file: folder,
      remedy: "name a folder like runs/, with EXPERIMENT/STAGE/TABLE.arrow, after `ft run EXPERIMENT`",
    });
  }
  const experiments: FinishedExperiment[] = [];
  for (const report of reports) experiments.push(await readExperiment(report, hashes));
  return experiments.sort((a, b) => place(a.name) - place(b.name) || compareNames(a.name, b.name));
}

/** The experiments without those whose circuits an earlier one has too: an experiment that extends another shares its probe. */
export function withOwnCircuits(experiments: readonly FinishedExperiment[]): FinishedExperiment[] {
  const seen = new Set<string>();
  return experiments.filter(({ tables }) => {
    const circuits = [...tables.keys()].filter((path) => basename(path) === changesSchema.file);
    const isNew = circuits.length === 0 || circuits.some((path) => !seen.has(path));
    for (const path of circuits) seen.add(path);
    return isNew;
  });
}

/**
 * The task of every experiment, by its name: the first experiment on the same examples that has some of the same runs. An
 * experiment that extends another by plans is about the same task.
 */
export function tasksOf(experiments: readonly FinishedExperiment[]): Map<string, string> {
  const runsOf = ({ tables }: FinishedExperiment) =>
    [...tables.keys()].filter((path) => basename(path) === metricsSchema.file);
  return new Map(
    experiments.map((experiment) => {
      const runs = new Set(runsOf(experiment));
      const first = experiments.find(
        (other) => other.data === experiment.data && runsOf(other).some((path) => runs.has(path)),
      );
      return [experiment.name, (first ?? experiment).name];
    }),
  );
}

/** @param report the folder of a report stage */
async function readExperiment(
  report: string,
  models: ReadonlyMap<string, string>,
): Promise<FinishedExperiment> {
  const own = join(report, "..");
  const name = basename(own);
  const file = join(report, summarySchema.file);
  const manifest = readManifest(file);
  const { inputs, tables, data } = followInputs(own, manifest);
  const { baseModel } = manifest;
  const model = models.get(manifest.inputs.model ?? "") ?? (baseModel && modelFolder(baseModel));
  if (!model) {
    throw new UserError("the base model of these results is not here", {
      file,
      value: manifest.inputs.model,
      remedy: `name its folder with --model; searched: ${[...models.values()].join(", ")}`,
    });
  }
  const { seed, config } = manifest;
  const results = await readResults({
    experiment: name,
    seed: seed ?? 0,
    config: configSchema.parse(config),
    model,
    inputs: { ...inputs, baselines: [report] },
  });
  const evaluated = (inputs.evaluation ?? []).filter((folder) =>
    existsSync(join(folder, evaluationSchema.file)),
  );
  const evaluations = readRuns(evaluated, evaluationSchema);
  const { tables: others, ...further } = readFurther(own, inputs.circuits?.[0]);
  const rates = readTriedRates(inputs.train ?? []);
  return {
    ...{ name, evaluations, data, manifest, record: readRecord(own), read: [...tables.keys()] },
    results: { ...results, further, learningRates: rates.rows },
    tables: new Map([...tables, ...others, ...rates.tables]),
  };
}

/** The folders by role of what a report read, and the tables of it that are still there. */
function followInputs(own: string, { inputs: hashes }: Manifest) {
  const inputs: Record<string, string[]> = {};
  const tables = new Map<string, string>();
  const data: string[] = [];
  for (const [path, hash] of Object.entries(hashes)) {
    const [role, stage, table] = path.split("/");
    if (stage === undefined || table === undefined) continue;
    const folder = inputFolder(own, stage);
    inputs[role!] = [...new Set([...(inputs[role!] ?? []), folder])];
    if (role === "data") data.push(hash);
    const file = join(folder, table);
    if (!existsSync(file)) continue;
    if (readManifest(file).sha256 !== hash) {
      throw new UserError("the table is not the one that its report read", {
        file,
        remedy: `run the report again, or copy both from the same run: ${basename(own)}`,
      });
    }
    tables.set(join(basename(join(folder, "..")), basename(folder), table), hash);
  }
  return { inputs, tables, data: data.join(" ") };
}

function place(name: string): number {
  const at = TASKS.findIndex((task) => name.startsWith(task));
  return at < 0 ? TASKS.length : at;
}

function compareNames(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}
