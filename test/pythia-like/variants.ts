/** The committed folder of a GPT-NeoX in the formats of other versions of transformers. */
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { loadModel, type Weights, writeSafetensors } from "@ft/model";

export const FIXTURE = resolve(import.meta.dirname, "../fixtures/pythia-like");
const END = "<|endoftext|>";
const INPUT = "gpt_neox.embed_in.weight";
const OUTPUT = "embed_out.weight";

/** As it was saved: transformers 5, one file, `embed_out`, not tied. */
export function asSaved(folder: string): void {
  cpSync(join(FIXTURE, "model"), folder, { recursive: true });
}

/**
 * As transformers 4 saves it, in shards: separate rotary keys, special tokens as objects in a separate file; and with the unembedding under the name it has in memory since transformers 5.14.
 */
export async function shardedWithOlderKeys(folder: string): Promise<void> {
  asSaved(folder);
  editJson(join(folder, "config.json"), ({ rope_parameters: _, dtype, ...config }) => ({
    ...config,
    torch_dtype: dtype,
    rotary_pct: 0.25,
    rotary_emb_base: 10_000,
  }));
  const token = { content: END, lstrip: false, normalized: false, rstrip: false, single_word: false };
  const special = { bos_token: token, eos_token: token, unk_token: token };
  writeFileSync(join(folder, "special_tokens_map.json"), JSON.stringify(special));
  editJson(join(folder, "tokenizer_config.json"), ({ model_max_length }) => ({
    ...special,
    model_max_length,
    added_tokens_decoder: { 0: { ...token, special: true } },
    add_prefix_space: false,
    clean_up_tokenization_spaces: true,
    tokenizer_class: "GPTNeoXTokenizer",
  }));
  const weights = await takeWeights(folder);
  rename(weights, OUTPUT, "lm_head.weight");
  const weightMap: Record<string, string> = {};
  for (const shard of [0, 1]) {
    const file = `model-0000${shard + 1}-of-00002.safetensors`;
    const own = [...weights].filter((_, index) => index % 2 === shard);
    for (const [name] of own) weightMap[name] = file;
    writeSafetensors(join(folder, file), new Map(own));
  }
  const index = { metadata: { total_size: 198_000 }, weight_map: weightMap };
  writeFileSync(join(folder, "model.safetensors.index.json"), JSON.stringify(index));
}

/** With tied embeddings, of which the file has the one of this name. */
export async function tied(folder: string, kept: string): Promise<void> {
  asSaved(folder);
  editJson(join(folder, "config.json"), (config) => ({ ...config, tie_word_embeddings: true }));
  const weights = await takeWeights(folder);
  weights.delete(OUTPUT);
  rename(weights, INPUT, kept);
  writeSafetensors(join(folder, "model.safetensors"), weights);
}

/** Reads the weights of a folder and removes their file. */
async function takeWeights(folder: string): Promise<Weights> {
  const { weights } = await loadModel(folder);
  const taken = new Map([...weights].map(([name, { shape, data }]) => [name, { shape, data }]));
  rmSync(join(folder, "model.safetensors"));
  return taken;
}

function rename(weights: Weights, from: string, to: string): void {
  const tensor = weights.get(from)!;
  weights.delete(from);
  weights.set(to, tensor);
}

type Json = Record<string, unknown>;

function editJson(file: string, change: (json: Json) => Json): void {
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, "utf8")))));
}
