/** Builds the base model's tokenizer from the words of its mixtures and of the tasks. */
import { MIXTURES, sampleDocuments } from "./mixture.ts";
import { SHAPE, VOCABULARY_DOCUMENTS, VOCABULARY_SEED } from "./recipe.ts";
import { TASK_TEXTS } from "./task-words.ts";
import { tokenizerConfig, tokenizerJson, vocabularyOf } from "./tokenizer-json.ts";

/** The texts of the tokenizer's two files by file name; the same ones every time. */
export function buildTokenizer(): { vocabulary: number; files: Record<string, string> } {
  const samples = Object.values(MIXTURES).flatMap((mixture) =>
    sampleDocuments(mixture, VOCABULARY_SEED, VOCABULARY_DOCUMENTS),
  );
  const vocabulary = vocabularyOf([...TASK_TEXTS, ...samples]);
  return {
    vocabulary: vocabulary.length,
    files: {
      "tokenizer.json": jsonText(tokenizerJson(vocabulary)),
      "tokenizer_config.json": jsonText(tokenizerConfig(SHAPE.maxPositions)),
    },
  };
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}
