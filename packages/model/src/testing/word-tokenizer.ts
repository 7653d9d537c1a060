import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { WORD_TOKEN } from "../tokenizer/word-level.ts";

const WORD = new RegExp(WORD_TOKEN, "gu");
const UNKNOWN = 0;
const BOS = 1;
const FIRST_NUMBER = 2;

/**
 * A word-level tokenizer: a token for each number up to `largest`, each lower-cased word, newline and symbol, in the
 * order in which they first turn up. Larger numbers are the unknown token. With `digits`, longer numbers are several tokens, of
 * so many digits from the left.
 */
export function wordTokenizer({
  largest = 1023,
  newline = true,
  digits = Number.POSITIVE_INFINITY,
} = {}): Tokenizer {
  const pieces = new RegExp(`[0-9]{1,${Math.min(digits, 16)}}|[^0-9]+`, "g");
  const words: string[] = [];
  const idOf = (word: string): number => {
    if (/^[0-9]+$/.test(word)) return Number(word) <= largest ? FIRST_NUMBER + Number(word) : UNKNOWN;
    if (!words.includes(word)) words.push(word);
    return FIRST_NUMBER + largest + 1 + words.indexOf(word);
  };
  const encode = (text: string) => {
    const found = [...text.toLowerCase().matchAll(WORD)].flatMap(([word]) => word.match(pieces) ?? []);
    return Int32Array.from(
      found.filter((word) => newline || word !== "\n"),
      idOf,
    );
  };
  return {
    encode,
    decode: (ids) =>
      Array.from(ids, (id) => words[id - FIRST_NUMBER - largest - 1] ?? id - FIRST_NUMBER).join(" "),
    singleToken(text) {
      const [token, ...more] = encode(text);
      return more.length > 0 || token === UNKNOWN ? undefined : token;
    },
    bos: BOS,
    unknown: UNKNOWN,
    vocabulary: 10_000,
  };
}
