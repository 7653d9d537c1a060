/** The time that stages take, estimated only from measurements on this machine. */

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import {
  datasetSchema,
  type Experiment,
  hashModel,
  modelFolder,
  outputFolder,
  readManifest,
  readTable,
  recordedDuration,
  repositoryRoot,
  type Seconds,
  type Stage,
  type StageRef,
  speedSchema,
  tablePath,
  tryConfig,
  UserError,
} from "@ft/artifacts";
import type { StageDefinitions } from "../stage-definitions.ts";
import type { StageState } from "./stage-state.ts";

/** An estimate and its source; without seconds, why there is none. */
export interface Cost {
  seconds?: number;
  /** Of all threads together, if that is known. */
  cpu?: number;
  from: string;
}

/**
 * The time of a stage that runs again: with the same configuration, its last time; for training, from the examples per
 * second of a run on this model; then what was counted, at the machine's speed; otherwise the time of the same stage, or of one
 * of its kind.
 *
 * @param count the time that the stage's arithmetic takes, if that is known; asked for only where nothing better is
 */
export async function costOf(
  { stage, reasons }: StageState,
  experiment: Experiment,
  definitions: StageDefinitions,
  count: () => Promise<Seconds | undefined>,
): Promise<Cost> {
  const root = repositoryRoot(experiment.folder);
  const took = ({ experiment: name, stage: own }: StageRef) => recordedDuration(root, name, own);
  const own = took(stage.home);
  const isNew = reasons.some((reason) => reason.startsWith("config."));
  if (own !== undefined && !isNew) return { seconds: own, from: "as long as last time" };
  const training = stage.uses === "train" ? trainingCost(stage, experiment, definitions, root) : undefined;
  if (training) return training;
  const counted = await count();
  if (counted) return { seconds: counted.wall, cpu: counted.cpu, from: "counted work at measured speed" };
  if (own !== undefined) return { seconds: own, from: "last time, with other settings" };
  for (const other of experiment.stages.values()) {
    const seconds = other.uses === stage.uses ? took(other.home) : undefined;
    if (seconds !== undefined) return { seconds, from: `as long as ${other.name}` };
  }
  return { from: "no stage of this kind was measured here" };
}

/** Seeds that learning rates are compared with by default. */
const SELECTION_SEEDS = 2;

/** Keys of a train stage's configuration that decide how much is trained. */
interface Training {
  seeds: number[];
  epochs: number;
  learningRates: number[];
  selectionSeeds?: number[];
}

function trainingCost(
  stage: Stage,
  experiment: Experiment,
  definitions: StageDefinitions,
  root: string,
): Cost | undefined {
  const speed = measuredSpeed(stage, experiment, root);
  const examples = trainingExamples(stage, root);
  const plans = countPlans(stage, experiment);
  const parsed = tryConfig(definitions.get("train")!.configSchema, stage.config);
  if (!speed || examples === undefined || plans === undefined || !("config" in parsed)) return undefined;
  const { seeds, epochs, learningRates, selectionSeeds } = parsed.config as Training;
  const isChoice = learningRates.length > 1 && !stage.inputs.rates;
  // At most: plans with equal kinds and ranks of adapters share a choice.
  const selecting = isChoice ? learningRates.length * (selectionSeeds?.length ?? SELECTION_SEEDS) : 0;
  const runs = plans * (seeds.length + selecting);
  return {
    seconds: (runs * epochs * examples) / speed.perSecond,
    from: `${Math.round(speed.perSecond)} examples/s in ${speed.name}`,
  };
}

/**
 * Examples per second over everything logged by a train stage: this stage, another in the experiment, or any run on
 * this model.
 */
function measuredSpeed(
  stage: Stage,
  experiment: Experiment,
  root: string,
): { perSecond: number; name: string } | undefined {
  const others = [...experiment.stages.values()].filter(({ uses }) => uses === "train");
  const named = [stage, ...others].map(({ home }) => home);
  for (const { experiment: run, stage: name } of [...named, ...trainedOn(experiment, root)]) {
    const rows = readable(() => readTable(outputFolder(root, run, name), speedSchema)) ?? [];
    const seconds = rows.reduce((sum, row) => sum + row.seconds, 0);
    const examples = rows.reduce((sum, row) => sum + row.seconds * row.examplesPerSecond, 0);
    if (seconds > 0 && examples > 0)
      return { perSecond: examples / seconds, name: run === experiment.name ? name : `${run}.${name}` };
  }
  return undefined;
}

/** The stages in runs/ that have trained the experiment's current model. */
function trainedOn({ model }: Experiment, root: string): { experiment: string; stage: string }[] {
  const runs = join(root, "runs");
  const hash = readable(() => hashModel(modelFolder(model, root)));
  return foldersIn(runs).flatMap((experiment) =>
    foldersIn(join(runs, experiment)).flatMap((stage) => {
      const manifest = readable(() => readManifest(tablePath(join(runs, experiment, stage), speedSchema)));
      return manifest !== undefined && manifest.inputs.model === hash ? [{ experiment, stage }] : [];
    }),
  );
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** The result of a reader; undefined if a file is missing, damaged or of an earlier version, which only costs an estimate. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Examples of the training split, if the datasets exist. */
function trainingExamples({ inputs }: Stage, root: string): number | undefined {
  const folders = (inputs.data ?? []).map(({ experiment, stage }) => outputFolder(root, experiment, stage));
  if (folders.some((folder) => !existsSync(tablePath(folder, datasetSchema)))) return undefined;
  return folders
    .flatMap((folder) => readTable(folder, datasetSchema))
    .filter(({ split }) => split === "train").length;
}

/** The plans to train; undefined if an outside command makes them. */
function countPlans({ inputs }: Stage, { stages }: Experiment): number | undefined {
  const sources = (inputs.plan ?? []).map((ref) =>
    [...stages.values()].find(({ home }) => home.experiment === ref.experiment && home.stage === ref.stage),
  );
  const counts = sources.map((source) => {
    if (source === undefined || source.run !== undefined) return undefined;
    if (source.uses === "import") return 1;
    return Array.isArray(source.config.plans) ? source.config.plans.length : undefined;
  });
  return counts.reduce(
    (sum, count) => (sum === undefined || count === undefined ? undefined : sum + count),
    0,
  );
}
