/** Builds the base model's tokenizer from the words of its mixtures and of the tasks. */
import { WORD_TOKEN, wordLevelJson } from "@ft/model";
import { LARGEST } from "./documents/draw.ts";
import { MIXTURES, sampleDocuments } from "./mixture.ts";
import { SHAPE, VOCABULARY_DOCUMENTS, VOCABULARY_SEED } from "./recipe.ts";

const UNKNOWN = "<unk>";
const BEGINNING = "<bos>";

/** The tasks' instructions: their words have tokens, though the base model never sees the sentences. */
export const TASK_TEXTS = [
  "Calculate the result of the following arithmetic expression and provide only the final answer: (1 + 1) * 1 - 1 / 1 =\n",
  "Derive the following sequence: 1, 1,",
  "Calculate the least common multiple (LCM) of two numbers. LCM(1, 1) = 1,",
  "There is a function y=1x+1. Given x=1, y=1,",
] as const;

/** The texts of the tokenizer's two files by file name; the same ones every time. */
export function buildTokenizer(): { vocabulary: number; files: Record<string, string> } {
  const samples = Object.values(MIXTURES).flatMap((mixture) =>
    sampleDocuments(mixture, VOCABULARY_SEED, VOCABULARY_DOCUMENTS),
  );
  const vocabulary = vocabularyOf([...TASK_TEXTS, ...samples]);
  return {
    vocabulary: vocabulary.length,
    files: {
      "tokenizer.json": jsonText(wordLevelJson(vocabulary)),
      "tokenizer_config.json": jsonText(tokenizerConfig(SHAPE.maxPositions)),
    },
  };
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

/**
 * Every token in the order of its id: the two special tokens, the newline, the numbers 0..{@link LARGEST}, then the
 * symbols and words of `texts` in code-point order.
 */
function vocabularyOf(texts: Iterable<string>): string[] {
  const words = new Set<string>();
  const token = new RegExp(WORD_TOKEN, "gu");
  for (const text of texts) {
    for (const [word] of text.toLowerCase().matchAll(token)) {
      if (word !== "\n" && !/^[0-9]+$/.test(word)) words.add(word);
    }
  }
  const numbers = Array.from({ length: LARGEST + 1 }, (_, n) => String(n));
  return [UNKNOWN, BEGINNING, "\n", ...numbers, ...[...words].sort()];
}

/** The content of tokenizer_config.json, by which transformers finds the class and the special tokens. */
export function tokenizerConfig(maxPositions: number): object {
  return {
    tokenizer_class: "PreTrainedTokenizerFast",
    bos_token: BEGINNING,
    eos_token: BEGINNING,
    unk_token: UNKNOWN,
    model_max_length: maxPositions,
    clean_up_tokenization_spaces: false,
  };
}
