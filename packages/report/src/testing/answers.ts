/** Made-up answers to held-out examples, with the metrics that they agree with. */
import type { CheckpointAnswers } from "../answers.ts";
import { finalRows, firstRows } from "../comparison.ts";
import type { Results } from "../results.ts";
import { results } from "./results.ts";

/** Answers of a plan at a step, by seed. */
export function answersOf(
  plan: string,
  step: number,
  bySeed: Readonly<Record<number, readonly number[]>>,
  draw = 0,
): CheckpointAnswers[] {
  return Object.entries(bySeed).map(([seed, correct]) => ({
    ...{ plan, draw, seed: Number(seed), step },
    ...{ of: "dataset", correct },
  }));
}

/** Results with these answers, and a row of metrics for each with its accuracy. */
export function answered(...parts: readonly CheckpointAnswers[][]): Pick<Results, "answers" | "metrics"> {
  const answers = parts.flat();
  return {
    answers,
    metrics: answers.map(({ plan, draw, seed, step, correct }) => ({
      ...results.metrics[0]!,
      ...{ plan, draw, seed, step },
      heldOutAccuracy: correct.reduce((sum, value) => sum + value, 0) / correct.length,
    })),
  };
}

/** Results with answers to 100 examples that agree with the accuracies before and after training; runs miss different ones. */
export function withAnswers(of: Results): Results {
  const answers = [...firstRows(of), ...finalRows(of)].map((row, i): CheckpointAnswers => {
    const { plan, draw, seed, step, heldOutAccuracy } = row;
    const answered = Math.round(100 * heldOutAccuracy!);
    const correct = Array.from({ length: 100 }, (_, example) => Number((example + 7 * i) % 100 < answered));
    return { plan, draw, seed, step, of: "dataset", correct };
  });
  return { ...of, answers };
}
