/** All results, read from the other stages' tables. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import {
  answersSchema,
  baselinesSchema,
  type ChangeRow,
  type ComparisonRow,
  changesSchema,
  circuitsSchema,
  comparisonsSchema,
  datasetSchema,
  describeRun,
  evaluationSchema,
  isSameRun,
  type KindRow,
  kindsSchema,
  type LayerRow,
  type LearningRateRow,
  type LeftOut,
  layersSchema,
  learningRatesSchema,
  leftOutOf,
  type Manifest,
  type MetricsRow,
  metricsSchema,
  type PlanRow,
  planSchema,
  type RunKey,
  readManifest,
  readRuns,
  readTable,
  type StageContext,
  scoresSchema,
  type TableSchema,
  type TrainStage,
  tablePath,
  trainStageOf,
} from "@ft/artifacts";
import { type CheckpointCircuit, readMainCircuits } from "@ft/graph";
import { loadModelConfig, type ModelConfig, readPlanRows } from "@ft/model";
import { type CheckpointAnswers, readAnswers } from "./answers.ts";
import { type CircuitsToDraw, readCircuitsToDraw } from "./circuits-to-draw.ts";
import type { ReportConfig } from "./config.ts";
import {
  type CircuitOfKind,
  type ControlCircuit,
  type EvaluatedCircuit,
  readCircuitsByKind,
  readControlCircuits,
  readEvaluatedCircuits,
} from "./evaluated-circuits.ts";
import { type FurtherCircuits, noFurtherCircuits } from "./further-circuits.ts";
import { baselineRows, type Task, taskOf } from "./task.ts";

/** A stage that the report reads, from its manifests. */
export interface StageRecord {
  name: string;
  uses: string;
  manifest: Manifest;
}

/** Metrics with the held-out accuracy. */
export interface HeldOutMetrics extends MetricsRow {
  /** On the split {@link Results.heldOut}. */
  heldOutAccuracy: number | null;
  /** Whether the run began at a given checkpoint, so that step 0 is not the base model. @default false */
  beganElsewhere?: boolean;
}

export interface Results extends Task {
  experiment: string;
  seed: number;
  config: ReportConfig;
  model: { name: string; config: ModelConfig };
  /** Rows of imported files that are not in the dataset. */
  leftOut: LeftOut[];
  plans: PlanRow[];
  metrics: HeldOutMetrics[];
  /** Scores by kind of example; none for train stages that did not write them. */
  kinds: KindRow[];
  /** Of each run's first and last checkpoint; none for train stages that did not write them. */
  answers: CheckpointAnswers[];
  learningRates: LearningRateRow[];
  circuits: EvaluatedCircuit[];
  controls: ControlCircuit[];
  circuitsByKind: CircuitOfKind[];
  drawn: CircuitsToDraw | undefined;
  /** The main circuits of the first run, by checkpoint; none without a circuits stage. */
  runCircuits: CheckpointCircuit[];
  /** On all examples. */
  changes: ChangeRow[];
  comparisons: ComparisonRow[];
  layers: LayerRow[];
  /** What the report stage does not read; only findings do, from all of an experiment's tables. */
  further: FurtherCircuits;
  stages: StageRecord[];
}

/** Reads and verifies the tables of all input stages; a stage without an optional table adds nothing to it. */
export async function readResults({
  experiment,
  seed,
  config,
  model,
  inputs,
}: Pick<
  StageContext<ReportConfig>,
  "experiment" | "seed" | "config" | "model" | "inputs"
>): Promise<Results> {
  const present = (role: string, schema: { file: string }) =>
    (inputs[role] ?? []).filter((folder) => existsSync(tablePath(folder, schema)));
  const runs = <Row extends RunKey>(role: string, schema: TableSchema<Row>) =>
    readRuns(present(role, schema), schema);
  const modelConfig = await loadModelConfig(model);
  const [scores] = present("scores", scoresSchema);
  const circuits = present("circuits", circuitsSchema);
  const evaluations = present("evaluation", evaluationSchema);
  const task = readTask(inputs);
  return {
    experiment,
    seed,
    config,
    model: { name: basename(model), config: modelConfig },
    leftOut: present("data", datasetSchema).flatMap((data) =>
      leftOutOf(readManifest(tablePath(data, datasetSchema))),
    ),
    ...task,
    plans: readPlanRows(inputs.plan ?? [], modelConfig),
    metrics: readMetrics(present("train", metricsSchema), task.heldOut),
    kinds: runs("train", kindsSchema),
    answers: readAnswers(present("train", answersSchema), task.heldOut),
    learningRates: runs("train", learningRatesSchema),
    circuits: readEvaluatedCircuits(circuits, evaluations),
    controls: readControlCircuits(evaluations),
    circuitsByKind: readCircuitsByKind(evaluations),
    runCircuits: circuits[0] ? firstRun(readMainCircuits(circuits[0])) : [],
    drawn: scores && circuits[0] ? readCircuitsToDraw(scores, circuits[0]) : undefined,
    changes: runs("circuits", changesSchema).filter(({ sample }) => sample === "all"),
    comparisons: runs("comparisons", comparisonsSchema),
    layers: readLayers(present("plan", layersSchema)),
    further: noFurtherCircuits,
    stages: stageRecords(inputs),
  };
}

/**
 * Metrics of all runs.
 * @param folders of train stages
 */
export function readMetrics(folders: readonly string[], heldOut: Task["heldOut"]): HeldOutMetrics[] {
  const nameOf = ({ experiment, stage }: TrainStage) => `${experiment}.${stage}`;
  const files = folders.map((folder) => tablePath(folder, metricsSchema));
  const hasStart = (file: string) =>
    Object.keys(readManifest(file).inputs).some((name) => name.startsWith("start/"));
  const started = new Set(files.filter(hasStart).map((file) => nameOf(trainStageOf(file))));
  return readRuns(files, metricsSchema).map((row) => ({
    ...row,
    heldOutAccuracy: heldOut === "test" ? row.testAccuracy : row.circuitAccuracy,
    ...(started.has(nameOf(row)) && { beganElsewhere: true }),
  }));
}

/** The rows of the first row's run. */
function firstRun<Row extends RunKey>(rows: readonly Row[]): Row[] {
  return rows.filter((row) => isSameRun(row, rows[0]!));
}

/**
 * Edge change by layer. Every plan by the circuits of a run writes it: the first counts, which of a composed task is that by
 * its own circuits.
 */
export function readLayers(folders: readonly string[]): LayerRow[] {
  const seen = new Set<string>();
  return folders.flatMap((folder) => {
    const rows = readRuns([folder], layersSchema);
    const keys = rows.map(({ experiment, stage, ...run }) => `${experiment}.${stage} ${describeRun(run)}`);
    const fresh = rows.filter((_, i) => !seen.has(keys[i]!));
    for (const key of keys) seen.add(key);
    return fresh;
  });
}

/** What is asked, from the dataset or, where only the report's tables are kept, from its table of baselines. */
function readTask({ data = [], baselines = [] }: Record<string, string[]>): Task {
  const isWhole = data.length > 0 && data.every((folder) => existsSync(tablePath(folder, datasetSchema)));
  const rows = isWhole
    ? baselineRows(data.flatMap((folder) => readTable(folder, datasetSchema)))
    : baselines.flatMap((folder) => readTable(folder, baselinesSchema));
  return taskOf(rows, data[0]);
}

/** One manifest per stage is enough: all have the same configuration, seed and backend. */
function stageRecords(inputs: Record<string, string[]>): StageRecord[] {
  const tables = {
    data: datasetSchema,
    plan: planSchema,
    train: metricsSchema,
    scores: scoresSchema,
    circuits: circuitsSchema,
    comparisons: comparisonsSchema,
    evaluation: evaluationSchema,
  };
  const seen = new Set<string>();
  const isNew = (folder: string) => !seen.has(folder) && seen.add(folder);
  return Object.entries(tables).flatMap(([role, schema]) =>
    (inputs[role] ?? []).flatMap((folder) => {
      const file = tablePath(folder, schema);
      if (!existsSync(file) || !isNew(folder)) return [];
      const manifest = readManifest(file);
      return [{ name: basename(folder), uses: manifest.producer?.uses ?? role, manifest }];
    }),
  );
}

/** The label of a row's run in a figure: "" if all rows are of one run, else "lora-2, seed 1: ". */
export function runLabels(rows: readonly RunKey[]): (row: RunKey) => string {
  const several = rows.some((row) => !isSameRun(row, rows[0]!));
  return (row) => (several ? `${describeRun(row)}: ` : "");
}
