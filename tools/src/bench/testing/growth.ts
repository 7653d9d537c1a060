import { axes, axisNames } from "../growth/axes.ts";
import type { Growth } from "../growth/measure-growth.ts";

/** Cost in proportion to what is varied. */
export const growth = Object.fromEntries(
  axisNames.map((axis) => [
    axis,
    axes[axis].series.map((series) => ({
      ...series,
      points: series.values.map((value) => ({ value, cpu: value, flops: 1e6 * value, operations: 10 })),
    })),
  ]),
) as Growth;
