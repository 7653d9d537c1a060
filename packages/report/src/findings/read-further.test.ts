import { join } from "node:path";
import {
  type ChangeRow,
  type CircuitRow,
  changesSchema,
  circuitsSchema,
  createProvenance,
  type EvaluationRow,
  evaluationSchema,
  hashFile,
  type LearningRateRow,
  learningRatesSchema,
  type ScoresRow,
  scoresSchema,
  type TableSchema,
  writeTable,
} from "@ft/artifacts";
import { beforeEach, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../artifacts/src/testing/temporary-folder.ts";
import { graph, results } from "../testing/results.ts";
import { readFurther, readTriedRates } from "./read-further.ts";

let all: string;
beforeEach(() => {
  all = temporaryFolder();
});
const at = (stage: string, experiment = "lcm") => join(all, experiment, stage);
const hashOf = (stage: string, { file }: { file: string }) => hashFile(join(at(stage), file));
const { layers, heads, parallel } = graph;

/** What a stage's manifest says of it. */
interface Origin {
  uses: string;
  plan?: string;
  inputs?: Record<string, string>;
  config?: Record<string, string | number>;
}

function write<Row extends object>(
  stage: string,
  schema: TableSchema<Row>,
  rows: readonly Row[],
  { uses, plan = "lora-2", inputs = {}, config = {} }: Origin,
) {
  const producer = { experiment: "lcm", stage, uses };
  const runs = { experiment: "lcm", stage: `train-${plan}` };
  return writeTable(at(stage), schema, rows, createProvenance({ producer, runs, inputs, config }));
}

const key = { draw: 0, seed: 1, step: 0, sample: "all" };
const chosen = { rule: "top", size: 0.05, index: 0 };

/** A stage with a circuit and a change, and one that evaluates it. */
async function writeCircuits(stage: string, plan: string, scores?: string) {
  const circuit: CircuitRow = {
    ...{ plan, ...key, ...chosen, layers, heads, parallel },
    ...{ selectedEdges: 2, nodes: 3, collapsedEdges: 2, edges: [1, 5], scores: [1, 2] },
  };
  const inputs = scores ? { [`scores/${scores}/${scoresSchema.file}`]: hashOf(scores, scoresSchema) } : {};
  const change: ChangeRow = { ...results.changes[0]!, plan };
  await write(stage, circuitsSchema, [circuit], { uses: "circuits", plan, inputs });
  await write(stage, changesSchema, [change], { uses: "circuits", plan, inputs });
  const evaluation: EvaluationRow = {
    ...{ plan, ...key, ...chosen, ablation: "patching" },
    ...{ modelPlan: plan, modelDraw: 0, modelSeed: 1, modelStep: 0, metric: "kl", kind: null, examples: 9 },
    ...{ modelMetric: 2, circuitMetric: 1, faithfulness: 50, modelAccuracy: 0.9, circuitAccuracy: 0.3 },
  };
  const read = { [`circuits/${stage}/${circuitsSchema.file}`]: hashOf(stage, circuitsSchema) };
  await write(`evaluate-${stage}`, evaluationSchema, [evaluation], { uses: "evaluate", plan, inputs: read });
}

/** An attribute stage with the scores of one checkpoint. */
function writeScores(stage: string, config: Record<string, string | number>) {
  const scores = Array.from({ length: graph.edges }, (_, edge) => edge / 7);
  const row: ScoresRow = { plan: "lora-2", ...key, layers, heads, parallel, scores, nodeScores: null };
  return write(stage, scoresSchema, [row], { uses: "attribute", config });
}

describe("of an experiment's stages", () => {
  test("circuits of another train stage than the probe's are of other adapters, with their evaluations", async () => {
    await writeCircuits("circuits-lora-2", "lora-2");
    await writeCircuits("circuits-full", "full");
    const { adapters, exact, rankings, tables } = readFurther(at("."), at("circuits-lora-2"));
    expect(adapters.circuits.map(({ plan, faithfulness }) => [plan, faithfulness])).toEqual([["full", 50]]);
    expect(adapters.changes.map(({ plan }) => plan)).toEqual(["full"]);
    expect([exact.circuits, rankings]).toEqual([[], []]);
    expect([...tables.keys()].sort()).toEqual([
      ...["lcm/circuits-full/changes.arrow", "lcm/circuits-full/circuits.arrow"],
      "lcm/evaluate-circuits-full/evaluation.arrow",
    ]);
    expect(tables.get("lcm/circuits-full/changes.arrow")).toBe(hashOf("circuits-full", changesSchema));
  });

  test("scores by exact patching are compared with those on the same examples, and have circuits", async () => {
    await writeCircuits("circuits-lora-2", "lora-2");
    await writeScores("patch-scores", { method: "exact", metric: "kl", examples: 50 });
    await writeScores("patch-reference", { method: "eap-ig", metric: "kl", examples: 50 });
    await writeScores("more-examples", { method: "eap-ig", metric: "kl" });
    await writeScores("other-metric", { method: "eap-ig", metric: "logit-diff", examples: 50 });
    await writeCircuits("patch-circuits", "lora-2", "patch-scores");
    const { adapters, exact, rankings } = readFurther(at("."), at("circuits-lora-2"));
    expect(rankings).toMatchObject([
      { plan: "lora-2", step: 0, method: "eap-ig", examples: 50, correlation: 1 },
    ]);
    expect(exact.circuits).toHaveLength(1);
    expect(adapters.circuits).toEqual([]);
  });

  test("an evaluation of other circuits than those next to it is refused", async () => {
    await writeCircuits("circuits-lora-2", "lora-2");
    await writeCircuits("circuits-full", "full");
    const inputs = { "scores/x/scores.arrow": "0".repeat(64) };
    await write("circuits-full", circuitsSchema, [], { uses: "circuits", plan: "full", inputs });
    expect(() => readFurther(at("."), at("circuits-lora-2"))).toThrow(
      /not the one that was read here[\s\S]*circuits-full\/circuits.arrow/,
    );
  });

  test("nothing is read without a probe", async () => {
    await writeCircuits("circuits-full", "full");
    expect(readFurther(at("."), undefined).adapters.circuits).toEqual([]);
  });
});

describe("learning rates", () => {
  const rate = (learningRate: number, isChosen: boolean): LearningRateRow => ({
    ...{ plan: "lora-2", draw: 0, seed: 1, adapter: "lora, rank 2, alpha 4", learningRate },
    ...{ validationAccuracy: 0.5, validationLoss: 1, chosen: isChosen },
  });
  const tried = [rate(0.001, false), rate(0.002, true)];
  const choosing = "rates/rates.train-lora-2/learning-rates.arrow";

  async function writeTrained(hash: string) {
    await write("train-lora-2", learningRatesSchema, [rate(0.002, true)], {
      ...{
        uses: "train",
        inputs: { [choosing]: hash, [choosing.replace("learning-rates", "metrics")]: "1".repeat(64) },
      },
    });
  }

  test("are all that were tried, by the stage that chose them, once", async () => {
    await writeTable(at("train-lora-2", "rates"), learningRatesSchema, tried, createProvenance());
    const hash = hashFile(join(at("train-lora-2", "rates"), learningRatesSchema.file));
    await writeTrained(hash);
    const { rows, tables } = readTriedRates([at("train-lora-2"), at("train-lora-2")]);
    expect(rows).toEqual(tried);
    expect([...tables]).toEqual([["rates/train-lora-2/learning-rates.arrow", hash]]);
    await writeTrained("0".repeat(64));
    expect(() => readTriedRates([at("train-lora-2")])).toThrow(/not the one that was read here/);
  });

  test("are those given, if the choosing stage is not there", async () => {
    await writeTrained("0".repeat(64));
    const { rows, tables } = readTriedRates([at("train-lora-2"), at("missing")]);
    expect(rows).toEqual([rate(0.002, true)]);
    expect(tables.size).toBe(0);
  });
});
