import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadTokenizer } from "../tokenizer/load-tokenizer.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";

/** Numbers up to here are one token, after a space and without one, as most of them are for Pythia. */
const LARGEST = 557;

/**
 * A byte-level BPE as GPT-NeoX has it, with one token for each byte and for the numbers from 0 to 557: larger ones are
 * several tokens, and no text is unknown. Its BOS is `<|endoftext|>`, token 0.
 */
export async function byteTokenizer(): Promise<Tokenizer> {
  const folder = mkdtempSync(join(tmpdir(), "byte-tokenizer-"));
  try {
    writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(byteTokenizerJson()));
    return await loadTokenizer(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The contents of its tokenizer.json. */
function byteTokenizerJson() {
  const special = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const numbers = Array.from({ length: LARGEST + 1 }, (_, n) => String(n));
  // A space is taken up first, then digits from the left.
  const words = [...numbers.map((number) => `Ġ${number}`), ...numbers.filter(({ length }) => length > 1)];
  const byLength = (a: string, b: string) => a.length - b.length;
  const [spaced, bare] = [
    words.filter((word) => word.startsWith("Ġ")),
    words.filter((word) => !word.startsWith("Ġ")),
  ];
  const merged = [...spaced.sort(byLength), ...bare.sort(byLength)];
  const tokens = ["<|endoftext|>", ...byteLetters(), ...merged];
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true };
  return {
    version: "1.0",
    added_tokens: [{ id: 0, content: "<|endoftext|>", ...special }],
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: "BPE",
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: merged.map((word) => `${word.slice(0, -1)} ${word.at(-1)}`),
    },
  };
}

/** The letter that stands for each byte: itself if it can be seen, else one from 256 on, as GPT-2 has it. */
function byteLetters(): string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const visible = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    return String.fromCharCode(visible ? byte : next++);
  });
}
