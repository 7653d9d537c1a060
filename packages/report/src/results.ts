/** All results, read from the other stages' tables. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import {
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
  tablePath,
  UserError,
} from "@ft/artifacts";
import { type CheckpointCircuit, readMainCircuits } from "@ft/graph";
import { loadModelConfig, type ModelConfig, readPlanRows } from "@ft/model";
import { type Baselines, baselines } from "./baselines.ts";
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
}

export interface Results {
  experiment: string;
  seed: number;
  config: ReportConfig;
  model: { name: string; config: ModelConfig };
  /** Rows of imported files that are not in the dataset. */
  leftOut: LeftOut[];
  /** Examples by split. */
  examples: ReadonlyMap<string, number>;
  /** The split that accuracies are on: the one for tests or, if there is none, the one that circuits are found on. */
  heldOut: "circuit" | "test";
  /** Share of the held-out examples with the most common answer: the accuracy of always giving it. */
  majority: number;
  /** Share of the held-out examples whose answer is also the corrupted prompt's: the accuracy of always giving that. */
  corruptedAnswer: number;
  /** The accuracy of giving the answer of the nearest training prompt. */
  nearest: number;
  /** The three accuracies above on the held-out examples of each kind. */
  baselinesByKind: ReadonlyMap<string, Baselines>;
  /** A pair of prompts, to show what the task is. */
  example: { clean: string; corrupted: string; answer: string; corruptedAnswer: string };
  plans: PlanRow[];
  metrics: HeldOutMetrics[];
  /** Scores by kind of example; none for train stages that did not write them. */
  kinds: KindRow[];
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
  const runs = <Row extends RunKey>(role: string, schema: TableSchema<Row>) =>
    readRuns(
      (inputs[role] ?? []).filter((folder) => existsSync(tablePath(folder, schema))),
      schema,
    );
  const modelConfig = await loadModelConfig(model);
  const dataset = (inputs.data ?? []).flatMap((folder) => readTable(folder, datasetSchema));
  const heldOut = dataset.some(({ split }) => split === "test") ? "test" : "circuit";
  const asked = dataset.filter(({ split }) => split === heldOut);
  const trained = dataset.filter(({ split }) => split === "train");
  const { all, kinds: baselinesByKind } = baselines(asked, trained);
  const shown = dataset.find(({ split }) => split === heldOut) ?? dataset[0];
  const [scores] = inputs.scores ?? [];
  const [circuits] = inputs.circuits ?? [];
  if (!shown) throw new UserError("the dataset has no examples", { file: inputs.data?.[0] });
  return {
    experiment,
    seed,
    config,
    model: { name: basename(model), config: modelConfig },
    leftOut: (inputs.data ?? []).flatMap((data) => leftOutOf(readManifest(tablePath(data, datasetSchema)))),
    examples: countBy(dataset.map(({ split }) => split)),
    heldOut,
    majority: all.majority,
    corruptedAnswer: all.corruptedAnswer,
    nearest: all.nearest,
    baselinesByKind,
    example: shown,
    plans: readPlanRows(inputs.plan ?? [], modelConfig),
    metrics: runs("train", metricsSchema).map((row) => ({
      ...row,
      heldOutAccuracy: heldOut === "test" ? row.testAccuracy : row.circuitAccuracy,
    })),
    kinds: runs("train", kindsSchema),
    learningRates: runs("train", learningRatesSchema),
    circuits: readEvaluatedCircuits(inputs.circuits ?? [], inputs.evaluation ?? []),
    controls: readControlCircuits(inputs.evaluation ?? []),
    circuitsByKind: readCircuitsByKind(inputs.evaluation ?? []),
    runCircuits: circuits ? firstRun(readMainCircuits(circuits)) : [],
    drawn: scores && circuits ? readCircuitsToDraw(scores, circuits) : undefined,
    changes: runs("circuits", changesSchema).filter(({ sample }) => sample === "all"),
    comparisons: runs("comparisons", comparisonsSchema),
    layers: runs("plan", layersSchema),
    stages: stageRecords(inputs),
  };
}

/** The rows of the first row's run. */
function firstRun<Row extends RunKey>(rows: readonly Row[]): Row[] {
  return rows.filter((row) => isSameRun(row, rows[0]!));
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
    (inputs[role] ?? []).filter(isNew).map((folder) => {
      const manifest = readManifest(tablePath(folder, schema as never));
      return { name: basename(folder), uses: manifest.producer?.uses ?? role, manifest };
    }),
  );
}

function countBy(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** The label of a row's run in a figure: "" if all rows are of one run, else "lora-2, seed 1: ". */
export function runLabels(rows: readonly RunKey[]): (row: RunKey) => string {
  const several = rows.some((row) => !isSameRun(row, rows[0]!));
  return (row) => (several ? `${describeRun(row)}: ` : "");
}
