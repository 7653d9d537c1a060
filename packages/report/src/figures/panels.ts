/** Panels in rows, with their names inside: a figure of many tasks stays as wide as the page, and as high as needed. */
import * as Plot from "@observablehq/plot";

/** Panels side by side. */
const COLUMNS = 3;

export interface Panels {
  /** The panel of a name, as channels of a mark. */
  fx(name: string): number;
  fy(name: string): number;
  rows: number;
  /** Options for Plot, which draw no axes between panels. */
  options: Pick<Plot.PlotOptions, "fx" | "fy">;
  /** The names, at the top left of their panels. */
  labels: Plot.Markish;
}

/** One panel per name, in rows of at most so many. @param columns @default 3 */
export function panels(names: readonly string[], columns = COLUMNS): Panels {
  const width = Math.min(columns, names.length);
  const fx = (name: string) => names.indexOf(name) % width;
  const fy = (name: string) => Math.floor(names.indexOf(name) / width);
  const rows = Math.ceil(names.length / width);
  const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
  return {
    ...{ fx, fy, rows },
    options: {
      fx: { axis: null, domain: upTo(width), padding: 0.06 },
      fy: { axis: null, domain: upTo(rows), padding: 0.12 },
    },
    labels: Plot.text(names, {
      ...{ fx, fy, text: (name: string) => name, frameAnchor: "top-left", dx: 4, dy: -11 },
      ...{ fontWeight: "bold" },
    }),
  };
}

/** The channels that put a point with a task into the task's panel. */
export function inPanel({ fx, fy }: Panels) {
  return {
    fx: ({ task }: { task: string }) => fx(task),
    fy: ({ task }: { task: string }) => fy(task),
  };
}

/** An axis of updates on a scale of roots, as checkpoints are denser at the start. @param last the most updates */
export function updatesAxis(last: number): Plot.ScaleOptions {
  const root = Math.sqrt(last);
  const ticks = [0, 1, 2, 3, 4]
    .map((part) => Math.floor(Number((((part * root) / 4) ** 2).toPrecision(2))))
    .filter((tick) => tick <= last);
  return { label: "updates", type: "sqrt", domain: [0, last], ticks: [...new Set(ticks)] };
}
