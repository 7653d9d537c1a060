/** The files a Hugging Face tokenizer consists of, read and checked. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { modelFile, parseConfig, readJson, UserError } from "@ft/artifacts";
import { z } from "zod";

const id = z.int().nonnegative();
const part = z.looseObject({ type: z.string() }).nullable().default(null);

const tokenizerSchema = z.looseObject({
  model: z.looseObject({
    type: z.string().optional(),
    vocab: z.union([z.record(z.string(), id), z.array(z.tuple([z.string(), z.number()]))]),
    unk_token: z.string().nullish(),
    unk_id: id.nullish(),
  }),
  added_tokens: z
    .array(z.looseObject({ id, content: z.string(), special: z.boolean().optional() }))
    .default([]),
  normalizer: part,
  pre_tokenizer: part,
  post_processor: part,
  decoder: part,
});

/** A special token's text, which some files wrap in an object. */
const token = z
  .union([z.string(), z.looseObject({ content: z.string() }).transform(({ content }) => content)])
  .nullish();

/** The keys that matter, of tokenizer_config.json and special_tokens_map.json alike. */
const configSchema = z.object({ bos_token: token, eos_token: token, unk_token: token });

export type TokenizerJson = z.infer<typeof tokenizerSchema>;
export type TokenizerConfig = z.infer<typeof configSchema>;

export interface TokenizerFiles {
  /** The path of tokenizer.json. */
  file: string;
  json: TokenizerJson;
  /** tokenizer_config.json, and what it leaves open as special_tokens_map.json says. */
  config: TokenizerConfig;
}

/** Later files yield to earlier ones. */
const CONFIG_FILES = ["tokenizer_config.json", "special_tokens_map.json"];

/**
 * Reads tokenizer.json, and tokenizer_config.json and special_tokens_map.json if they are in the same folder.
 * @param path the folder, or the path of tokenizer.json under whatever name.
 * @throws UserError if tokenizer.json is missing, or a file is malformed.
 */
export async function readTokenizerFiles(path: string): Promise<TokenizerFiles> {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const folder = isFolder ? path : dirname(path);
  const present = existsSync(folder) ? readdirSync(folder) : [];
  if (!(isFolder ? present.includes("tokenizer.json") : existsSync(path)))
    throw new UserError("there is no tokenizer.json", {
      file: path,
      remedy:
        "Save the tokenizer in this form with AutoTokenizer.from_pretrained(model).save_pretrained(folder) in transformers.",
    });
  const config: TokenizerConfig = {};
  for (const name of CONFIG_FILES.toReversed()) {
    if (!present.includes(name)) continue;
    const configFile = modelFile(folder, name);
    const given = Object.entries(parseConfig(configSchema, readJson(configFile), { file: configFile }));
    Object.assign(config, Object.fromEntries(given.filter(([, value]) => value != null)));
  }
  const file = isFolder ? modelFile(folder, "tokenizer.json") : path;
  return { file, json: parseConfig(tokenizerSchema, readJson(file), { file }), config };
}
