/** The registry of metrics: one file each, one line in {@link metrics}. */
import { didYouMean, UserError } from "@ft/artifacts";
import { jsDivergence } from "./js-divergence.ts";
import { klDivergence } from "./kl-divergence.ts";
import { logitDifference } from "./logit-difference.ts";
import type { Metric } from "./metric.ts";
import { probability } from "./probability.ts";

export type { Metric } from "./metric.ts";

export const metrics: readonly Metric[] = [klDivergence, jsDivergence, logitDifference, probability];

export const metricNames: readonly string[] = metrics.map(({ name }) => name);

/** Every metric with what it measures, for descriptions of options. */
export const metricsDescribed = metrics.map(({ name, description }) => `${name}, ${description}`).join("; ");

/** @throws UserError if no metric has the name */
export function metricNamed(name: string): Metric {
  const found = metrics.find((metric) => metric.name === name);
  if (found) return found;
  throw new UserError(`there is no metric \`${name}\`${didYouMean(name, metricNames)}`, {
    remedy: `metrics are ${metricNames.join(", ")}`,
  });
}
