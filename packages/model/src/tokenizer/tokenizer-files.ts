/** The two files a Hugging Face tokenizer consists of, read and checked. */
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseConfig, UserError } from "@ft/artifacts";
import { z } from "zod";
import { readJson } from "../weights/read-json.ts";

const id = z.int().nonnegative();
const part = z.looseObject({ type: z.string() }).nullable().default(null);

const tokenizerSchema = z.looseObject({
  model: z.looseObject({
    type: z.string().optional(),
    vocab: z.union([z.record(z.string(), id), z.array(z.tuple([z.string(), z.number()]))]),
    unk_token: z.string().nullish(),
  }),
  added_tokens: z
    .array(z.looseObject({ id, content: z.string(), special: z.boolean().optional() }))
    .default([]),
  normalizer: part,
  pre_tokenizer: part,
  post_processor: part,
  decoder: part,
});

/** A special token's text, which older files wrap in an object. */
const token = z
  .union([z.string(), z.looseObject({ content: z.string() }).transform(({ content }) => content)])
  .nullish();

const configSchema = z.looseObject({
  bos_token: token,
  eos_token: token,
  unk_token: token,
  pad_token: token,
  clean_up_tokenization_spaces: z.boolean().nullish(),
});

export type TokenizerJson = z.infer<typeof tokenizerSchema>;
export type TokenizerConfig = z.infer<typeof configSchema>;

export interface TokenizerFiles {
  /** The path of tokenizer.json. */
  file: string;
  json: TokenizerJson;
  config: TokenizerConfig;
}

/**
 * Reads tokenizer.json, and tokenizer_config.json where it stands beside it.
 * @param path the folder, or the path of tokenizer.json under whatever name.
 * @throws UserError when tokenizer.json is missing, or either file is malformed.
 */
export async function readTokenizerFiles(path: string): Promise<TokenizerFiles> {
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, "tokenizer.json") : path;
  if (!existsSync(file))
    throw new UserError("there is no tokenizer.json", {
      file: path,
      remedy:
        "Save the tokenizer in this form with AutoTokenizer.from_pretrained(model).save_pretrained(folder) in transformers.",
    });
  const configFile = join(dirname(file), "tokenizer_config.json");
  return {
    file,
    json: parseConfig(tokenizerSchema, await readJson(file), { file }),
    config: existsSync(configFile)
      ? parseConfig(configSchema, await readJson(configFile), { file: configFile })
      : {},
  };
}
