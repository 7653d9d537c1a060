/** What answers without a model would get right: accuracies that a model must be better than. */
import type { DatasetRow } from "@ft/artifacts";

type Example = Pick<DatasetRow, "kind" | "clean" | "answer" | "corruptedAnswer">;

/** Accuracies of simple answers, all 0 if there are no examples. */
export interface Baselines {
  /** Examples that they are on. */
  asked: number;
  /** Of always giving the most common answer to the examples. */
  majority: number;
  /** Of giving the corrupted prompt's answer. */
  corruptedAnswer: number;
  /** Of giving the answer of the nearest training prompt, see {@link nearestAnswers}. */
  nearest: number;
}

/** The baselines on all examples, and on those of each kind in the order in which they first occur. */
export function baselines(
  asked: readonly Example[],
  train: readonly Example[],
): { all: Baselines; kinds: Map<string, Baselines> } {
  const nearest = nearestAnswers(asked, train);
  const judged = asked.map((example, i) => ({ ...example, nearest: nearest[i] }));
  const kinds = [...new Set(asked.map(({ kind }) => kind))];
  const ofKind = (wanted: string) => judge(judged.filter(({ kind }) => kind === wanted));
  return { all: judge(judged), kinds: new Map(kinds.map((kind) => [kind, ofKind(kind)])) };
}

function judge(examples: readonly (Example & { nearest: string | undefined })[]): Baselines {
  const share = (count: number) => count / Math.max(1, examples.length);
  const counts = new Map<string, number>();
  for (const { answer } of examples) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  return {
    asked: examples.length,
    majority: share(Math.max(0, ...counts.values())),
    corruptedAnswer: share(
      examples.filter(({ answer, corruptedAnswer }) => answer === corruptedAnswer).length,
    ),
    nearest: share(examples.filter(({ answer, nearest }) => answer === nearest).length),
  };
}

/**
 * For each example the answer of the training prompt with as many words that differs in the fewest of them; among
 * equals in numbers that are closest (such as one operand off by 1), then the first. Words are numbers, runs of letters and
 * single symbols. Undefined if no training prompt has as many words.
 */
export function nearestAnswers(
  asked: readonly Pick<Example, "clean">[],
  train: readonly Pick<Example, "clean" | "answer">[],
): (string | undefined)[] {
  const known = train.map(({ clean, answer }) => ({ words: wordsOf(clean), answer }));
  return asked.map(({ clean }) => {
    const words = wordsOf(clean);
    let best: { differing: number; apart: number; answer?: string } = {
      differing: Infinity,
      apart: Infinity,
    };
    for (const { words: others, answer } of known) {
      if (others.length !== words.length) continue;
      const differing = countDiffering(words, others, best.differing);
      if (differing > best.differing) continue;
      const apart = distance(words, others);
      if (differing < best.differing || apart < best.apart) best = { differing, apart, answer };
    }
    return best.answer;
  });
}

function wordsOf(prompt: string): string[] {
  return prompt.match(/\d+|\p{L}+|[^\s\d\p{L}]/gu) ?? [];
}

/** The number of words that differ; some number above `limit` if it is above it. */
function countDiffering(words: readonly string[], others: readonly string[], limit: number): number {
  let differing = 0;
  for (let i = 0; i < words.length && differing <= limit; i++) if (words[i] !== others[i]) differing++;
  return differing;
}

/** The sum of differences between numbers; infinite if other words differ. */
function distance(words: readonly string[], others: readonly string[]): number {
  return words.reduce((sum, word, i) => {
    if (word === others[i]) return sum;
    const apart = Math.abs(Number(word) - Number(others[i]));
    return sum + (Number.isNaN(apart) ? Infinity : apart);
  }, 0);
}
