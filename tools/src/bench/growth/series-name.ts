import type { GrowthSetup } from "./axes.ts";

/** What a series is called in a plot and a table. */
export function seriesName({ job, share }: GrowthSetup): string {
  return share ? job : `${job}, nothing shared`;
}
