/** A model, a dataset and plans small enough to train in a test. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  createProvenance,
  type DatasetRow,
  datasetSchema,
  type PlanRow,
  type Progress,
  planSchema,
  type StageContext,
  silentProgress,
  writeTable,
} from "@ft/artifacts";
import { initializeModel, type Model, modulesOf, saveModel, wordLevelJson } from "@ft/model";
import { gptNeoxConfig } from "../../../model/src/testing/gpt-neox-config.ts";
import { configSchema, type TrainConfig } from "../config.ts";
import { tokenizerConfig } from "../pretrain/build-tokenizer.ts";

/** <unk>, <bos>, the digits, + and =; the ids of the digits are {@link DIGIT} + digit. */
const WORDS = ["<unk>", "<bos>", ..."0123456789", "+", "="];
const DIGIT = 2;
const PLUS = WORDS.indexOf("+");
const EQUALS = WORDS.indexOf("=");

/** Runs of six updates with three checkpoints. */
export const short: Partial<TrainConfig> = {
  seeds: [1, 2],
  epochs: 2,
  batch: 16,
  learningRates: [0.01],
  warmUp: 1,
  checkpoints: { count: 3, spacing: "even" },
  logEvery: 2,
};

export function tinyModel(seed = 1): Model {
  return initializeModel(gptNeoxConfig({ vocabulary: WORDS.length, initializerRange: 0.2 }), seed);
}

/** All sums a + b < 10: 40 to train on, 10 held out, 5 to choose rates on. */
export function tinyDataset(): DatasetRow[] {
  const pairs = [...Array(100).keys()].map((n) => [Math.floor(n / 10), n % 10] as const);
  return pairs
    .filter(([a, b]) => a + b < 10)
    .map(([a, b], example) => {
      const tokens = [1, DIGIT + a, PLUS, DIGIT + b, EQUALS];
      return {
        example,
        split: example % 11 === 0 ? "validation" : example % 11 < 3 ? "circuit" : "train",
        kind: "add",
        clean: `${a} + ${b} =`,
        corrupted: `${a} + ${b} =`,
        answer: String(a + b),
        corruptedAnswer: String(a + b),
        cleanTokens: tokens,
        corruptedTokens: tokens,
        answerToken: DIGIT + a + b,
        corruptedAnswerToken: DIGIT + a + b,
      };
    });
}

/** A plan of one rank on every linear. @param seed null for all @param adapter its kind and settings. @default lora */
export function tinyPlan(
  plan: string,
  rank: number,
  seed: number | null = null,
  draw = 0,
  adapter: Pick<PlanRow, "kind" | "settings"> = { kind: "lora", settings: "{}" },
): PlanRow[] {
  const modules = modulesOf(tinyModel().config);
  return [0, 1].flatMap((layer) =>
    modules.map((module) => ({
      plan,
      draw,
      seed,
      ...adapter,
      layer,
      module,
      rank,
      alpha: 2 * rank,
      critical: false,
      edgeChange: null,
      reason: "a test",
    })),
  );
}

/** A context of the stage whose folders are in `folder`; model, dataset and plans are written there. */
export async function tinyContext(
  folder: string,
  config: Partial<TrainConfig>,
  plans: PlanRow[],
  progress: Progress = silentProgress,
): Promise<StageContext<TrainConfig>> {
  const at = (name: string) => join(folder, name);
  for (const name of ["model", "data", "plan", "output", "work"]) mkdirSync(at(name), { recursive: true });
  saveModel(at("model"), tinyModel());
  writeFileSync(join(at("model"), "tokenizer.json"), JSON.stringify(wordLevelJson(WORDS)));
  writeFileSync(join(at("model"), "tokenizer_config.json"), JSON.stringify(tokenizerConfig(16)));
  const provenance = createProvenance();
  await writeTable(at("data"), datasetSchema, tinyDataset(), provenance);
  await writeTable(at("plan"), planSchema, plans, provenance);
  return {
    experiment: "tiny",
    stage: "train",
    folder: at("."),
    config: configSchema.parse(config),
    seed: 1,
    model: at("model"),
    inputs: { data: [at("data")], plan: [at("plan")] },
    output: at("output"),
    work: at("work"),
    progress,
    provenance,
  };
}
