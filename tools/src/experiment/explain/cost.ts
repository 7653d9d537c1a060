/** What stages would cost: from rates that were measured on this machine, and only from those. */

import { existsSync } from "node:fs";
import {
  datasetSchema,
  type Experiment,
  outputFolder,
  readTable,
  recordedDuration,
  repositoryRoot,
  type Stage,
  type StageRef,
  speedSchema,
  tablePath,
  tryConfig,
} from "@ft/artifacts";
import type { StageDefinitions } from "../stage-definitions.ts";
import type { StageState } from "./stage-state.ts";

/** An estimate and what it rests on; without seconds, why there is none. */
export interface Cost {
  seconds?: number;
  from: string;
}

/**
 * The cost of a stage that runs again: of the same configuration, what it took last time; of training, from the examples per
 * second of a run on this model; else what the same stage, or one of its kind, took.
 */
export function costOf(
  { stage, reasons }: StageState,
  experiment: Experiment,
  definitions: StageDefinitions,
): Cost {
  const root = repositoryRoot(experiment.folder);
  const took = ({ experiment: name, stage: own }: StageRef) => recordedDuration(root, name, own);
  const own = took(stage.home);
  const isNew = reasons.some((reason) => reason.startsWith("config."));
  if (own !== undefined && !isNew) return { seconds: own, from: "as long as last time" };
  const training = stage.uses === "train" ? trainingCost(stage, experiment, definitions, root) : undefined;
  if (training) return training;
  if (own !== undefined) return { seconds: own, from: "last time, with other settings" };
  for (const other of experiment.stages.values()) {
    const seconds = other.uses === stage.uses ? took(other.home) : undefined;
    if (seconds !== undefined) return { seconds, from: `as long as ${other.name}` };
  }
  return { from: "no stage of this kind was measured here" };
}

/** Keys of a train stage's configuration that decide how much is trained. */
interface Training {
  seeds: number[];
  epochs: number;
  learningRates: number[];
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
  const { seeds, epochs, learningRates } = parsed.config as Training;
  // A rate is chosen with one of the seeds, and that run counts.
  const runs = plans * (seeds.length + learningRates.length - 1);
  return {
    seconds: (runs * epochs * examples) / speed.perSecond,
    from: `${Math.round(speed.perSecond)} examples/s in ${speed.name}`,
  };
}

/** Examples per second over all that a train stage has logged: the stage's own, or that of another on this model. */
function measuredSpeed(
  stage: Stage,
  { stages }: Experiment,
  root: string,
): { perSecond: number; name: string } | undefined {
  const others = [...stages.values()].filter(({ uses }) => uses === "train");
  for (const { home, name } of [stage, ...others]) {
    const folder = outputFolder(root, home.experiment, home.stage);
    if (!existsSync(tablePath(folder, speedSchema))) continue;
    const rows = readTable(folder, speedSchema);
    const seconds = rows.reduce((sum, row) => sum + row.seconds, 0);
    const examples = rows.reduce((sum, row) => sum + row.seconds * row.examplesPerSecond, 0);
    if (seconds > 0 && examples > 0) return { perSecond: examples / seconds, name };
  }
  return undefined;
}

/** Examples of the training split, if the datasets are there. */
function trainingExamples({ inputs }: Stage, root: string): number | undefined {
  const folders = (inputs.data ?? []).map(({ experiment, stage }) => outputFolder(root, experiment, stage));
  if (folders.some((folder) => !existsSync(tablePath(folder, datasetSchema)))) return undefined;
  return folders
    .flatMap((folder) => readTable(folder, datasetSchema))
    .filter(({ split }) => split === "train").length;
}

/** The plans that are trained; undefined if a command makes them. */
function countPlans({ inputs }: Stage, { stages }: Experiment): number | undefined {
  const sources = (inputs.plan ?? []).map((ref) =>
    [...stages.values()].find(({ home }) => home.experiment === ref.experiment && home.stage === ref.stage),
  );
  const lists = sources.map((source) => (source?.run === undefined ? source?.config.plans : undefined));
  if (!lists.every(Array.isArray)) return undefined;
  return lists.reduce((sum, plans) => sum + (plans as unknown[]).length, 0);
}
