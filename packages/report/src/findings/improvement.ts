/** The base model does the task badly and the fine-tuned one well. */

import { differences, meanInterval } from "@ft/statistics";
import { finalAccuracies, firstAccuracies } from "../comparison.ts";
import { asInterval, asPercent } from "../format.ts";
import { CHANCE_MARGIN, type Finding, type FindingMaker, list } from "./finding.ts";

/** The minimum gain in accuracy, at the lower end of the interval. */
const LEAST_GAIN = 0.3;

/**
 * Shown if the base model is near chance and the interval of every method's gain is above {@link LEAST_GAIN}; not shown if all
 * of them are below it.
 */
export const improvement: FindingMaker = (results) => {
  const before = firstAccuracies(results);
  const methods = [...finalAccuracies(results)].flatMap(([method, after]) => {
    const gains = differences(after, before.get(method) ?? new Map());
    return gains.length > 0 ? [{ method, after: [...after.values()], gain: meanInterval(gains) }] : [];
  });
  if (methods.length === 0) return [];
  const base = Math.max(...methods.flatMap(({ method }) => [...before.get(method)!.values()]));
  const { majority } = results;
  const measured = methods.filter(({ gain }) => gain.low !== null);
  const poor = base <= majority + CHANCE_MARGIN;
  const gained = measured.length > 0 && measured.every(({ gain }) => gain.low! >= LEAST_GAIN);
  const failed = measured.length > 0 && measured.every(({ gain }) => gain.high! < LEAST_GAIN);
  const missing = [
    ...(poor ? [] : [`a task that the base model does not do: it answers ${asPercent(base)}`]),
    ...(measured.length > 0 ? [] : ["at least two training seeds of a method"]),
    ...(measured.length > 0 && !gained
      ? [`more seeds or training: not every method's interval of the gain is above ${asPercent(LEAST_GAIN)}`]
      : []),
  ];
  const finals = methods.map(({ method, after }) => `${method} ${asInterval(meanInterval(after))}`);
  const finding: Finding = {
    claim: "The base model does the task badly and the fine-tuned one well",
    verdict: failed ? "not shown" : poor && gained ? "shown" : "inconclusive",
    evidence: `Held-out exact match is ${asPercent(base)} before training (always giving the most common answer: ${asPercent(majority)}) and at the last checkpoint, mean and 95% interval over seeds: ${list(finals)}.`,
    missing: failed || (poor && gained) ? [] : missing,
  };
  return [finding];
};
