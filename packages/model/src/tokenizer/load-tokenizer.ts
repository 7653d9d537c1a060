/** Hugging Face tokenizers, through their own JavaScript implementation. */

import { nearest, renderValue, UserError } from "@ft/artifacts";
import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import type { Tokenizer } from "./tokenizer.ts";
import { readTokenizerFiles, type TokenizerFiles, type TokenizerJson } from "./tokenizer-files.ts";

/** What is used of the library, whose own types do not resolve in Node's module system. */
interface Inner {
  encode(
    text: string,
    options: { add_special_tokens: boolean },
  ): { ids: (number | undefined)[]; tokens: string[] };
  decode(ids: number[]): string;
}

/** Beginning-of-sequence tokens by the names they usually have, tried in this order if no file names one. */
const USUAL_BOS = ["<bos>", "<s>", "<|begin_of_text|>", "[BOS]", "<|endoftext|>"];

/** No vocabulary holds it: pieces without a token become it, so that none is dropped silently. */
const MISSING = "\0";

/**
 * Reads a tokenizer. The beginning-of-sequence token is the `bos_token` of tokenizer_config.json or
 * special_tokens_map.json, or without one the added token with a usual name: `<bos>`, `<s>`, `<|begin_of_text|>`,
 * `[BOS]`, `<|endoftext|>` (Pythia, GPT-2).
 *
 * The unknown token is the one that tokenizer.json names for its model, never the beginning-of-sequence token: the
 * `unk_token` that transformers writes for a byte-level BPE is that token, and no text becomes it.
 * @param path a folder with `tokenizer.json` and the files next to it, or the path of `tokenizer.json`.
 * @throws UserError if a file is missing or malformed, or there is no beginning-of-sequence token.
 */
export async function loadTokenizer(path: string): Promise<Tokenizer> {
  const files = await readTokenizerFiles(path);
  const bos = findBos(files);
  const unknown = findUnknown(files, bos.id);
  const inner = build(files, unknown?.content);
  const tokenize = (text: string) => reading(files, () => inner.encode(text, { add_special_tokens: false }));
  return {
    encode(text) {
      const { ids, tokens } = tokenize(text);
      const missing = ids.indexOf(undefined);
      if (missing >= 0)
        throw new UserError("the tokenizer has no token for a piece of the text", {
          file: files.file,
          place: renderValue(text),
          value: tokens[missing] === MISSING ? undefined : tokens[missing],
          remedy: "Use words of its vocabulary, or give it an unk_token.",
        });
      return Int32Array.from(ids as number[]);
    },
    decode: (ids) => (ids.length === 0 ? "" : reading(files, () => inner.decode(Array.from(ids)))),
    singleToken(text) {
      const [token, ...more] = tokenize(text).ids;
      return more.length > 0 || token === unknown?.id ? undefined : token;
    },
    bos: bos.id,
    unknown: unknown?.id,
    vocabulary: vocabularySize(files),
  };
}

function build(files: TokenizerFiles, unknown = MISSING): Inner {
  const { json, config } = files;
  return reading(
    files,
    () =>
      new HuggingFaceTokenizer(
        { ...json, model: { ...json.model, unk_token: unknown } },
        {
          // Spaces before punctuation would disappear from decoded text.
          clean_up_tokenization_spaces: false,
          // The library takes a word-level model's unknown token and a unigram model's end from the config.
          unk_token: unknown,
          eos_token: config.eos_token ?? undefined,
        },
      ),
  );
}

/** Runs the library, which trusts tokenizer.json, some parts of it only when they are used. */
function reading<T>({ file }: TokenizerFiles, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UserError("the tokenizer cannot be used", {
      file,
      value: (error as Error).message,
      remedy: "@huggingface/tokenizers does not know one of its parts.",
    });
  }
}

interface Token {
  content: string;
  id: number;
}

function findBos({ file, json, config }: TokenizerFiles): Token {
  const added = json.added_tokens.map(({ content }) => content);
  const content = config.bos_token ?? USUAL_BOS.find((usual) => added.includes(usual));
  const id = content === undefined ? undefined : idOf(json, content);
  if (content !== undefined && id !== undefined) return { content, id };
  const suggestion = content && nearest(content, added);
  throw new UserError(
    content
      ? `the tokenizer's bos_token "${content}" is not in its vocabulary`
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

/** What pieces outside of the vocabulary become, in a tokenizer that has a separate token for them. */
function findUnknown({ json, config }: TokenizerFiles, bos: number): Token | undefined {
  const { type, vocab, unk_id: index } = json.model;
  if (Array.isArray(vocab)) {
    const content = index == null ? undefined : vocab[index]?.[0];
    return content === undefined || index === bos ? undefined : { content, id: index! };
  }
  const content = json.model.unk_token ?? (type === "WordLevel" ? config.unk_token : undefined);
  const id = content == null ? undefined : idOf(json, content);
  return id === undefined || id === bos ? undefined : { content: content!, id };
}

function idOf({ model: { vocab }, added_tokens: added }: TokenizerJson, token: string): number | undefined {
  const special = added.find(({ content }) => content === token);
  if (special) return special.id;
  if (!Array.isArray(vocab)) return Object.hasOwn(vocab, token) ? vocab[token] : undefined;
  const index = vocab.findIndex(([piece]) => piece === token);
  return index < 0 ? undefined : index;
}

function vocabularySize({ json: { model, added_tokens: added } }: TokenizerFiles): number {
  const ids = Array.isArray(model.vocab) ? model.vocab.keys() : Object.values(model.vocab);
  let largest = -1;
  for (const id of ids) largest = Math.max(largest, id);
  for (const { id } of added) largest = Math.max(largest, id);
  return largest + 1;
}
