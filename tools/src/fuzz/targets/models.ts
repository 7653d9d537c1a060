/** Model folders: weights, config, index of shards, tokenizer. */
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  initializeModel,
  loadModel,
  loadTokenizer,
  type ModelConfig,
  openSafetensors,
  saveModel,
  wordLevelJson,
} from "@ft/model";
import type { Sample, Target } from "../target.ts";

export const tinyConfig: ModelConfig = {
  family: "gpt-neox",
  layers: 2,
  heads: 2,
  keyValueHeads: 2,
  headSize: 4,
  dModel: 8,
  dMlp: 16,
  vocabulary: 32,
  maxPositions: 32,
  parallel: true,
  norm: "layer",
  activation: "gelu",
  rotaryDims: 2,
  rotaryBase: 10_000,
  layerNormEpsilon: 1e-5,
  initializerRange: 0.2,
};

/** Size of the model's vocabulary. */
const WORDS = ["<unk>", "<bos>", "add", "and", ":", ...Array.from({ length: 27 }, (_, n) => `${n}`)];

/** A model with a tokenizer, as small as possible. */
export function writeTinyModel(folder: string): void {
  saveModel(folder, initializeModel(tinyConfig, 1), { specialTokens: { bos: 1, eos: 1 } });
  writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(wordLevelJson(WORDS)));
  writeFileSync(join(folder, "tokenizer_config.json"), JSON.stringify({ bos_token: "<bos>" }));
}

/** The target of one file of a tiny model's folder. */
function fileOfModel(
  name: string,
  file: string,
  damage: Target["damage"],
  read: (folder: string) => unknown,
  prepare: (folder: string) => void = () => {},
): Target {
  return {
    name,
    damage,
    async samples(folder): Promise<Sample[]> {
      writeTinyModel(folder);
      prepare(folder);
      const path = join(folder, file);
      return [{ file: path, bytes: readFileSync(path), read: () => read(folder) }];
    },
  };
}

/** Every tensor, whatever the config says. */
function readTensors(folder: string): void {
  const { tensors, read } = openSafetensors(join(folder, "model.safetensors"));
  for (const name of tensors.keys()) read(name);
}

/** The weights in two shards, which are the same file twice. */
function shard(folder: string): void {
  const whole = join(folder, "model.safetensors");
  const names = [...openSafetensors(whole).tensors.keys()];
  const shards = [1, 2].map((n) => `model-0000${n}-of-00002.safetensors`);
  for (const name of shards) cpSync(whole, join(folder, name));
  rmSync(whole);
  const weightMap = Object.fromEntries(names.map((name, i) => [name, shards[i % 2]]));
  writeFileSync(
    join(folder, "model.safetensors.index.json"),
    JSON.stringify({ metadata: { total_size: 1 }, weight_map: weightMap }),
  );
}

async function encode(folder: string): Promise<void> {
  const tokenizer = await loadTokenizer(folder);
  tokenizer.decode(tokenizer.encode("add 1 and 2 : 3"));
}

async function loadAll(folder: string): Promise<void> {
  const { weights } = await loadModel(folder);
  for (const { data } of weights.values()) data.at(0);
}

export const models: readonly Target[] = [
  fileOfModel("safetensors", "model.safetensors", "bytes", readTensors),
  fileOfModel("config", "config.json", "json", loadAll),
  fileOfModel("index", "model.safetensors.index.json", "json", loadAll, shard),
  fileOfModel("tokenizer", "tokenizer.json", "json", encode),
];
