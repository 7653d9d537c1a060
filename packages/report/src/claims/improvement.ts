/** The base model does the task badly and the fine-tuned one well. */
import { describeRun } from "@ft/artifacts";
import { group } from "d3-array";
import {
  baseResults,
  baseRows,
  differencesOf,
  finalResults,
  finalRows,
  firstRows,
  type MethodResults,
  type SeedResult,
  valuesOf,
} from "../comparison.ts";
import { asInterval, asPercent } from "../format.ts";
import type { Results } from "../results.ts";
import { describeCoverage, examplesOf, shareInterval } from "../seed-values.ts";
import { CHANCE_MARGIN, type Claim, linksTo, linksToResults, list } from "./claim.ts";

/** The minimum gain in accuracy, at the lower end of the interval. */
const LEAST_GAIN = 0.3;

/** At most so many methods are named with their accuracies. */
const NAMED = 6;

/** The accuracies before and after training of each method, and what it gains. */
function methodsOf(results: Results) {
  const before = baseResults(results);
  const shared = sharedBase(before);
  const began = new Set(firstRows(results).map(({ plan }) => plan));
  return [...finalResults(results)].flatMap(([method, after]) => {
    const base =
      before.get(method) ??
      new Map([...after.keys()].flatMap((seed) => (shared && !began.has(method) ? [[seed, shared]] : [])));
    const gains = differencesOf(after, base);
    return gains.values.length > 0
      ? [{ method, base: valuesOf(base).values, after: valuesOf(after), gains }]
      : [];
  });
}

/**
 * The result of the model that all runs begin with, which methods without a first checkpoint begin with too; undefined if the
 * runs begin with different ones.
 */
function sharedBase(before: ReadonlyMap<string, MethodResults>): SeedResult | undefined {
  const [first, ...others] = [...before.values()].flatMap((method) => [...method.values()]);
  return others.every(({ accuracy }) => accuracy === first!.accuracy) ? first : undefined;
}

/** A method's last rows of metrics, with its first ones or, if it has none, that of the base model. */
function rowsBehind(results: Results, method: string) {
  const isOwn = ({ plan }: { plan: string }) => plan === method;
  const own = baseRows(results).filter(isOwn);
  const before = own.length > 0 ? own : baseRows(results).slice(0, 1);
  return [...before, ...finalRows(results).filter(isOwn)];
}

/** The runs that begin with the same accuracy: usually all, as they begin with the base model. */
function nameOf(rows: ReturnType<typeof baseRows>, results: Results): string {
  if (rows.length === baseRows(results).length) return "base model";
  return `${describeRun(rows[0]!)}${rows.length > 1 ? ` and ${rows.length - 1} more` : ""}: first model`;
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
      brief: "gain of a method",
      measure: "Held-out exact match of a method at its last checkpoint minus before training, by seed",
      effects: [{ name: "30 points", value: LEAST_GAIN }],
      contrasts: (results) =>
        methodsOf(results).map(({ method, gains }) => ({
          name: `${method}: after minus before`,
          ...gains,
          decides: gains.values.length > 1,
          rows: linksToResults(rowsBehind(results, method), gains),
        })),
      holds: [{ of: "low", is: "at least", value: LEAST_GAIN }],
      fails: { contrasts: "every", any: [{ of: "high", is: "below", value: LEAST_GAIN }] },
      needs: (open) =>
        open.length > 0
          ? `more seeds or training: not every method's interval of the gain is above ${asPercent(LEAST_GAIN)}`
          : "at least two training seeds of a method",
    },
    {
      brief: "base model beyond a constant answer",
      measure:
        "Held-out exact match of the base model, with which runs begin, minus the better of two constant answers",
      contrasts: (results) =>
        [...group(baseRows(results), ({ heldOutAccuracy }) => heldOutAccuracy!)].map(([accuracy, rows]) => ({
          name: `${nameOf(rows, results)}: minus constant answer`,
          values: [accuracy - trivial(results)],
          rows: linksTo("metrics", rows),
        })),
      holds: [{ of: "mean", is: "at most", value: CHANCE_MARGIN }],
      needs: (_, results) =>
        `a task that the base model does not do: it answers ${asPercent(highestBase(results))}`,
    },
  ],
  controls: [],
  evidence(results) {
    const methods = methodsOf(results);
    const sorted = methods
      .map(({ method, after }) => ({ method, interval: shareInterval(after) }))
      .sort((a, b) => a.interval.mean - b.interval.mean);
    const finals = (methods.length > NAMED ? [sorted[0]!, sorted.at(-1)!] : sorted).map(
      ({ method, interval }) => `${method} ${asInterval(interval)}`,
    );
    const which =
      methods.length > NAMED ? `${methods.length} methods, from ${finals.join(" to ")}` : list(finals);
    const over = describeCoverage(
      methods.map(({ after }) => ({ seeds: after.values.length, examples: examplesOf(after) })),
    );
    return [
      `Held-out exact match is ${asPercent(highestBase(results))} before training (always giving the most common answer: ${asPercent(results.majority)}; the corrupted prompt's answer: ${asPercent(results.corruptedAnswer)}; the answer of the nearest training prompt: ${asPercent(results.nearest)}) and at the last checkpoint, mean and 95% interval over ${over}: ${which}.`,
    ];
  },
};
