/** The choice of a plan's learning rate on the validation split. */
import { describeRun, type LearningRateRow, type RunKey, UserError } from "@ft/artifacts";
import type { Score } from "./exact-match.ts";
import { DivergedError, type FinishedRun } from "./fine-tune.ts";

/** Trains with a rate; only the log of the finished run is needed. */
type Training = (learningRate: number) => Promise<Pick<FinishedRun, "log">>;

/**
 * Trains with every rate and takes the one with the highest validation accuracy; ties go to the lowest
 * validation loss, then to the smallest rate. A rate that diverges loses. A single rate is trained with and recorded too.
 *
 * @param run what is trained with each
 * @param train one run with a rate
 * @returns the chosen rate, and a row for every rate in the order given
 * @throws UserError if there is a choice but no validation split, or no rate is left
 */
export async function chooseLearningRate(
  run: RunKey,
  rates: readonly number[],
  train: Training,
): Promise<{ chosen: number; rows: LearningRateRow[] }> {
  const { plan, draw, seed } = run;
  const key = { plan, draw, seed };
  const tried: Omit<LearningRateRow, "chosen">[] = [];
  for (const learningRate of rates) {
    const score = await validate(learningRate, rates.length > 1, train);
    tried.push({ ...key, learningRate, validationAccuracy: score.accuracy, validationLoss: score.loss });
  }
  const [best] = tried.toSorted(
    (a, b) =>
      b.validationAccuracy - a.validationAccuracy ||
      (a.validationLoss === b.validationLoss ? 0 : a.validationLoss - b.validationLoss) ||
      a.learningRate - b.learningRate,
  );
  if (best!.validationLoss === Infinity) {
    throw new UserError(`training ${describeRun(run)} diverged with every learning rate`, {
      place: "learningRates",
      value: rates,
      remedy: "try smaller rates, or a longer warm-up",
    });
  }
  const chosen = best!.learningRate;
  return { chosen, rows: tried.map((row) => ({ ...row, chosen: row.learningRate === chosen })) };
}

/** The validation score after training; accuracy 0 and an infinite loss if it diverged. */
async function validate(learningRate: number, needed: boolean, train: Training): Promise<Score> {
  try {
    const { validation } = (await train(learningRate)).log.scores;
    if (needed && !validation) {
      throw new UserError("the dataset has no validation split to choose a learning rate on", {
        place: "learningRates",
        remedy: "give a single rate, or let the data stage set some examples apart for validation",
      });
    }
    return validation ?? { accuracy: 0, loss: 0 };
  } catch (error) {
    if (error instanceof DivergedError) return { accuracy: 0, loss: Infinity };
    throw error;
  }
}
