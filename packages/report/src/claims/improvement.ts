/** The base model does the task badly and the fine-tuned one well. */
import { baseResults, baseRows, differencesOf, finalResults, finalRows, valuesOf } from "../comparison.ts";
import { asInterval, asPercent } from "../format.ts";
import type { Results } from "../results.ts";
import { describeCoverage, examplesOf, intervalOf } from "../seed-values.ts";
import { CHANCE_MARGIN, type Claim, linksTo, linksToResults, list } from "./claim.ts";

/** The minimum gain in accuracy, at the lower end of the interval. */
const LEAST_GAIN = 0.3;

/** The accuracies before and after training of each method that has both, and what it gains. */
function methodsOf(results: Results) {
  const before = baseResults(results);
  return [...finalResults(results)].flatMap(([method, after]) => {
    const base = before.get(method) ?? new Map<number, never>();
    const gains = differencesOf(after, base);
    return gains.values.length > 0
      ? [{ method, base: valuesOf(base).values, after: valuesOf(after), gains }]
      : [];
  });
}

const highestBase = (results: Results) => Math.max(...methodsOf(results).flatMap(({ base }) => base));
const trivial = ({ majority, corruptedAnswer }: Results) => Math.max(majority, corruptedAnswer);

export const improvement: Claim = {
  id: "improvement",
  claim: "The base model does the task badly and the fine-tuned one well",
  question: "Is this a task that fine-tuning teaches?",
  source:
    "Fine-tuning is studied on tasks that the pre-trained model does badly and the fine-tuned one well.",
  applies: (results) => methodsOf(results).length > 0,
  criteria: [
    {
      measure: "Held-out exact match of a method at its last checkpoint minus before training, by seed",
      effects: [{ name: "30 points", value: LEAST_GAIN }],
      contrasts: (results) =>
        methodsOf(results).map(({ method, gains }) => ({
          name: `${method}: after minus before`,
          ...gains,
          decides: gains.values.length > 1,
          rows: linksToResults(
            [...baseRows(results), ...finalRows(results)].filter(({ plan }) => plan === method),
            gains,
          ),
        })),
      holds: [{ of: "low", is: "at least", value: LEAST_GAIN }],
      fails: { contrasts: "every", any: [{ of: "high", is: "below", value: LEAST_GAIN }] },
      needs: (open) =>
        open.length > 0
          ? `more seeds or training: not every method's interval of the gain is above ${asPercent(LEAST_GAIN)}`
          : "at least two training seeds of a method",
    },
    {
      measure:
        "Held-out exact match of the base model minus the better of two constant answers, in every run",
      contrasts: (results) =>
        baseRows(results).map((row) => ({
          name: `${row.plan}, draw ${row.draw}, seed ${row.seed}: base minus constant answer`,
          values: [row.heldOutAccuracy! - trivial(results)],
          rows: linksTo("metrics", [row]),
        })),
      holds: [{ of: "mean", is: "at most", value: CHANCE_MARGIN }],
      needs: (_, results) =>
        `a task that the base model does not do: it answers ${asPercent(highestBase(results))}`,
    },
  ],
  controls: [],
  evidence(results) {
    const methods = methodsOf(results);
    const finals = methods.map(({ method, after }) => `${method} ${asInterval(intervalOf(after))}`);
    const over = describeCoverage(
      methods.map(({ after }) => ({ seeds: after.values.length, examples: examplesOf(after) })),
    );
    return [
      `Held-out exact match is ${asPercent(highestBase(results))} before training (always giving the most common answer: ${asPercent(results.majority)}; the corrupted prompt's answer: ${asPercent(results.corruptedAnswer)}; the answer of the nearest training prompt: ${asPercent(results.nearest)}) and at the last checkpoint, mean and 95% interval over ${over}: ${list(finals)}.`,
    ];
  },
};
