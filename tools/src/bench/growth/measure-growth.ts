/** What the cost of attribution and evaluation is, from small to large. */
import type { Bench } from "../bench.ts";
import { commandOf, contenders } from "../contenders.ts";
import { prepareWorkload } from "../prepare-workload.ts";
import type { Cost } from "../protocol.ts";
import { WorkerProcess } from "../worker-process.ts";
import { type AxisName, axes, axisNames, type GrowthSeries } from "./axes.ts";

/** A cost where the axis's number has a value. */
export interface GrowthPoint extends Cost {
  value: number;
}

export interface MeasuredSeries extends GrowthSeries {
  points: GrowthPoint[];
}

export type Growth = Record<AxisName, MeasuredSeries[]>;

/** Measures every series of every axis, one process for all of it. */
export async function measureGrowth(bench: Bench): Promise<Growth> {
  const { root, pinning, threads } = bench;
  const folder = await prepareWorkload(root, "nano");
  const command = [...pinning, ...commandOf(contenders.ours, root, undefined)];
  const worker = new WorkerProcess(command, root, { FT_THREADS: String(threads) });
  const growth: Partial<Growth> = {};
  try {
    for (const axis of axisNames) {
      console.log(axes[axis].title);
      growth[axis] = [];
      for (const series of axes[axis].series) {
        const points: GrowthPoint[] = [];
        for (const value of series.values) {
          const setup = { ...series.setup, [axis]: value };
          points.push({ value, ...(await worker.ask({ do: "grow", folder, threads, setup })) });
        }
        growth[axis].push({ ...series, points });
      }
    }
  } finally {
    worker.stop();
  }
  return growth as Growth;
}
