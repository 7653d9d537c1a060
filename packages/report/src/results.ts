/** Everything the report is about, read from the other stages' tables. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import {
  type ChangeRow,
  type CircuitRow,
  changesSchema,
  circuitsSchema,
  datasetSchema,
  type EdgeRow,
  edgesSchema,
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
  readManifest,
  readTable,
  type StageContext,
  type TableSchema,
  tablePath,
  UserError,
} from "@ft/artifacts";
import { loadModelConfig, type ModelConfig, readPlanRows } from "@ft/model";
import type { ReportConfig } from "./config.ts";

/** One of the stages that the report reads, as its manifests describe it. */
export interface StageRecord {
  name: string;
  uses: string;
  manifest: Manifest;
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
  /** Share of the held-out examples with the most common answer: what always giving it would score. */
  majority: number;
  /** A pair of prompts, to show what the task is. */
  example: { clean: string; corrupted: string; answer: string; corruptedAnswer: string };
  plans: PlanRow[];
  metrics: MetricsRow[];
  learningRates: LearningRateRow[];
  edges: EdgeRow[];
  circuits: CircuitRow[];
  changes: ChangeRow[];
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
  const read = <Row>(roles: readonly string[], schema: TableSchema<Row>): Row[] =>
    roles
      .flatMap((role) => inputs[role] ?? [])
      .filter((folder) => existsSync(tablePath(folder, schema)))
      .flatMap((folder) => readTable(folder, schema));
  const modelConfig = await loadModelConfig(model);
  const dataset = read(["data"], datasetSchema);
  const heldOut = dataset.filter(({ split }) => split === "circuit");
  const shown = heldOut[0] ?? dataset[0];
  if (!shown) throw new UserError("the dataset has no examples", { file: inputs.data?.[0] });
  return {
    experiment,
    seed,
    config,
    model: { name: basename(model), config: modelConfig },
    leftOut: (inputs.data ?? []).flatMap((data) => leftOutOf(readManifest(tablePath(data, datasetSchema)))),
    examples: countBy(dataset.map(({ split }) => split)),
    majority:
      Math.max(0, ...countBy(heldOut.map(({ answer }) => answer)).values()) / Math.max(1, heldOut.length),
    example: shown,
    plans: readPlanRows(inputs.plan ?? [], modelConfig),
    metrics: read(["train"], metricsSchema),
    learningRates: read(["train"], learningRatesSchema),
    edges: read(["circuits"], edgesSchema),
    circuits: read(["circuits"], circuitsSchema),
    changes: read(["circuits"], changesSchema),
    layers: read(["plan"], layersSchema),
    stages: stageRecords(inputs),
  };
}

/** One manifest per stage says all about its configuration, seed and backend. */
function stageRecords(inputs: Record<string, string[]>): StageRecord[] {
  const tables = { data: datasetSchema, plan: planSchema, train: metricsSchema, circuits: edgesSchema };
  return Object.entries(tables).flatMap(([role, schema]) =>
    (inputs[role] ?? []).map((folder) => {
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

/** Steps in ascending order, each once. */
export function distinctSteps(rows: readonly { step: number }[]): number[] {
  return [...new Set(rows.map(({ step }) => step))].sort((a, b) => a - b);
}

/** How rows of several runs are told apart in a figure: "" if all are of one run and seed, else "lora-2, seed 1: ". */
export function runLabels(rows: readonly RunKey[]): (row: RunKey) => string {
  const several = rows.some(({ run, seed }) => run !== rows[0]!.run || seed !== rows[0]!.seed);
  return ({ run, seed }) => (several ? `${run}, seed ${seed}: ` : "");
}

export interface RunKey {
  run: string;
  seed: number;
}
