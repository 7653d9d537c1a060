/** Hugging Face tokenizers, through their own JavaScript implementation. */

import { nearest, UserError } from "@ft/artifacts";
import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import type { Tokenizer } from "./tokenizer.ts";
import { readTokenizerFiles, type TokenizerFiles } from "./tokenizer-files.ts";

/** What is used of the library, whose own types do not resolve in Node's module system. */
interface Inner {
  encode(
    text: string,
    options: { add_special_tokens: boolean },
  ): { ids: (number | undefined)[]; tokens: string[] };
  decode(ids: number[]): string;
  token_to_id(token: string): number | undefined;
}

/** Beginning-of-sequence tokens by the names they usually have, tried in this order where no config names one. */
const USUAL_BOS = ["<bos>", "<s>", "<|begin_of_text|>", "[BOS]", "<|endoftext|>"];

/**
 * Reads a tokenizer. The beginning-of-sequence token is the config's `bos_token`, or without it the added token with a
 * usual name: `<bos>`, `<s>`, `<|begin_of_text|>`, `[BOS]`, `<|endoftext|>` (Pythia, GPT-2).
 * @param path a folder with `tokenizer.json` and, if there is one, `tokenizer_config.json`; or the path of the former.
 * @throws UserError when a file is missing or malformed, or there is no beginning-of-sequence token.
 */
export async function loadTokenizer(path: string): Promise<Tokenizer> {
  const files = await readTokenizerFiles(path);
  const inner = build(files);
  const unknown = idOf(inner, files.config.unk_token ?? files.json.model.unk_token ?? undefined);
  const encode = (text: string) => {
    const { ids, tokens } = inner.encode(text, { add_special_tokens: false });
    const missing = ids.indexOf(undefined);
    if (missing >= 0)
      throw new UserError("the tokenizer has no token for a piece of the text", {
        file: files.file,
        place: JSON.stringify(text),
        value: tokens[missing],
        remedy: "Use words of its vocabulary, or give it an unk_token.",
      });
    return Int32Array.from(ids as number[]);
  };
  return {
    encode,
    decode: (ids) => (ids.length === 0 ? "" : inner.decode(Array.from(ids))),
    singleToken(text) {
      const [token, ...more] = encode(text);
      return more.length > 0 || token === unknown ? undefined : token;
    },
    bos: findBos(inner, files),
    unknown,
    vocabulary: vocabularySize(files),
  };
}

function build({ file, json, config }: TokenizerFiles): Inner {
  try {
    return new HuggingFaceTokenizer(json, {
      // Spaces before punctuation would disappear from decoded text.
      clean_up_tokenization_spaces: false,
      // The library looks for a word-level model's unknown token in the config alone.
      unk_token: json.model.unk_token,
      ...Object.fromEntries(Object.entries(config).filter(([, value]) => value != null)),
    });
  } catch (error) {
    throw new UserError("the tokenizer cannot be used", {
      file,
      value: (error as Error).message,
      remedy: "@huggingface/tokenizers does not know one of its parts.",
    });
  }
}

function findBos(inner: Inner, { file, json, config }: TokenizerFiles): number {
  const added = json.added_tokens.map(({ content }) => content);
  const name = config.bos_token ?? USUAL_BOS.find((usual) => added.includes(usual));
  const id = idOf(inner, name);
  if (id !== undefined) return id;
  const suggestion = name && nearest(name, added);
  throw new UserError(
    name
      ? `the tokenizer's bos_token "${name}" is not in its vocabulary`
      : "the tokenizer has no beginning-of-sequence token",
    {
      file,
      value: added,
      remedy: suggestion
        ? `Did you mean "${suggestion}"? Set bos_token in tokenizer_config.json.`
        : "Set bos_token in tokenizer_config.json to the token every prompt begins with.",
    },
  );
}

function idOf(inner: Inner, token: string | undefined): number | undefined {
  return token === undefined ? undefined : inner.token_to_id(token);
}

function vocabularySize({ json: { model, added_tokens: added } }: TokenizerFiles): number {
  const ids = Array.isArray(model.vocab) ? model.vocab.keys() : Object.values(model.vocab);
  let largest = -1;
  for (const id of ids) largest = Math.max(largest, id);
  for (const { id } of added) largest = Math.max(largest, id);
  return largest + 1;
}
