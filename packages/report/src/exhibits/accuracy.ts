import { meanInterval } from "@ft/statistics";
import * as Plot from "@observablehq/plot";
import { group, rollup } from "d3-array";
import { draw, lineStyles } from "../figures/draw.ts";
import { asPercent } from "../format.ts";
import type { ExhibitMaker } from "./exhibit.ts";

/** Held-out exact match during training, mean and 95% interval over seeds. */
export const accuracy: ExhibitMaker = ({ metrics }) => {
  const measured = metrics.filter(({ heldOutAccuracy }) => heldOutAccuracy !== null);
  const steps = rollup(
    measured,
    (rows) => new Set(rows.map(({ step }) => step)).size,
    ({ plan }) => plan,
  );
  // Plans that were measured only at the end have no course: they are among the methods compared.
  const courses = measured.filter(({ plan }) => steps.get(plan)! > 1);
  const groups = group(courses.length > 0 ? courses : measured, ({ plan, step }) => `${plan} ${step}`);
  if (groups.size === 0) return undefined;
  const points = [...groups.values()].map((rows) => ({
    plan: rows[0]!.plan,
    step: rows[0]!.step,
    seeds: rows.length,
    ...meanInterval(rows.map(({ heldOutAccuracy }) => heldOutAccuracy!)),
  }));
  const shared = { x: "step", z: "plan", stroke: "plan" } as const;
  const styles = lineStyles([...new Set(points.map(({ plan }) => plan))]);
  return {
    id: "accuracy",
    title: "Accuracy during fine-tuning",
    caption:
      "Share of held-out examples whose answer is the model's most likely token, at every checkpoint, of the plans that were measured at several. Lines are means over seeds, bands 95% t intervals.",
    figure: draw(
      {
        color: styles.color,
        x: { label: "updates" },
        y: { label: "held-out exact match (%)", percent: true, domain: [0, 100], grid: true },
        marks: [
          Plot.areaY(points, {
            x: "step",
            y1: ({ low, mean }) => Math.max(0, low ?? mean),
            y2: ({ high, mean }) => Math.min(1, high ?? mean),
            z: "plan",
            fill: "plan",
            fillOpacity: 0.12,
          }),
          ...styles.color.domain.map((plan) =>
            Plot.lineY(
              points.filter((point) => point.plan === plan),
              { ...shared, y: "mean", strokeWidth: 1.8, strokeDasharray: styles.dashOf(plan) },
            ),
          ),
          Plot.dot(points, { ...shared, y: "mean", r: 2, fill: "plan" }),
        ],
      },
      styles.legend,
    ),
    columns: [
      { name: "plan" },
      { name: "step" },
      { name: "seeds" },
      { name: "meanAccuracy", format: asPercent },
      { name: "lowAccuracy", label: "low", format: asPercent },
      { name: "highAccuracy", label: "high", format: asPercent },
    ],
    rows: points.map(({ plan, step, seeds, mean, low, high }) => [plan, step, seeds, mean, low, high]),
  };
};
