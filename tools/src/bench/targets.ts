/** What is aimed at. */

import type { Result } from "./compare.ts";
import { type Change, compareThreads } from "./compare-threads.ts";
import { type ContenderName, contenders } from "./contenders.ts";
import { jobs } from "./jobs.ts";
import { type ProfileSummary, summarize } from "./profile-summary.ts";
import { type JobName, jobNames } from "./protocol.ts";
import type { Report } from "./report.ts";
import type { ShapeName } from "./shapes.ts";

export const targetShapes = ["nano", "70m", "160m", "410m"] as const satisfies readonly ShapeName[];
export type TargetShape = (typeof targetShapes)[number];

export interface Target {
  title: string;
  unit: "times" | "share";
  /** Whether the wanted value is the least or the most there may be. */
  bound: "least" | "most";
  wanted: Partial<Record<TargetShape, number>>;
  /** Undefined where it was not measured. @param reports one a number of threads, fewest first */
  measure(reports: readonly Report[], shape: TargetShape): number | undefined;
}

/** How much lower a ratio may be with more threads. */
export const THREADS_APART = 0.15;

/** Others' CPU time over ours. */
const ratios = [
  ratio("eap-ig", "plain", { nano: 15, "70m": 20, "160m": 30, "410m": 40 }),
  ratio("evaluate", "plain", { nano: 10, "70m": 12, "160m": 14, "410m": 15 }),
  ratio("lora-step", "padded", { nano: 5, "70m": 10, "160m": 10, "410m": 10 }),
  ratio("lora-step", "dynamic", { nano: 3, "70m": 6, "160m": 6, "410m": 6 }),
  ratio("forward", "dynamic", everywhere(5)),
];

const wasm = jobNames
  .filter((job) => jobs[job].contenders.includes("wasm"))
  .map((job) =>
    target(
      `${jobs[job].title}: wasm over native`,
      "most",
      everywhere(3.5),
      ([report], shape) => resultOf(report, job, "wasm", shape)?.ratio.cpu,
    ),
  );

const attribution = [
  target(
    `${jobs["eap-ig"].title}: ${contenders.plain.title} over ours on wasm`,
    "least",
    everywhere(1),
    ([report], shape) => quotient(report, shape, ["plain", "wasm"], ({ cpu }) => cpu.median),
  ),
  target(
    `${jobs["eap-ig"].title}: peak memory over that of ${contenders.plain.title}`,
    "most",
    everywhere(0.5),
    ([report], shape) => quotient(report, shape, ["ours", "plain"], ({ memory }) => memory.peakBytes),
  ),
];

const profiles = jobNames
  .filter((job) => job !== "load")
  .flatMap((job) => [
    profiled(job, "time in matrix products", 0.8, ({ products }) => products),
    profiled(job, "their speed over the machine's", 0.85, ({ productSpeed }) => productSpeed),
  ]);

const threads = (["cpu", "wall"] as const).map((clock) =>
  share(
    `${clock === "cpu" ? "CPU" : "Wall-clock"} ratio with more threads over the one with fewest, lowest of all jobs`,
    everywhere(1 - THREADS_APART),
    ([fewest, ...more], shape) => lowest(more.flatMap((other) => changes(fewest, other, shape, clock))),
  ),
);

export const targets: readonly Target[] = [...ratios, ...wasm, ...attribution, ...profiles, ...threads];

type Measure = (reports: readonly [Report, ...Report[]], shape: TargetShape) => number | undefined;

function target(title: string, bound: Target["bound"], wanted: Target["wanted"], measure: Measure): Target {
  return { title, unit: "times", bound, wanted, measure: measure as Target["measure"] };
}

function share(title: string, wanted: Target["wanted"], measure: Measure): Target {
  return { ...target(title, "least", wanted, measure), unit: "share" };
}

function ratio(job: JobName, against: ContenderName, wanted: Target["wanted"]): Target {
  const title = `${jobs[job].title}: ${contenders[against].title} over ours`;
  return target(
    title,
    "least",
    wanted,
    ([report], shape) => resultOf(report, job, against, shape)?.ratio.cpu,
  );
}

/** Of what a job of ours spends its time on, where models are large. */
function profiled(
  job: JobName,
  what: string,
  least: number,
  of: (summary: ProfileSummary) => number,
): Target {
  return share(`${jobs[job].title}: ${what}`, { "160m": least, "410m": least }, ([report], shape) => {
    const profile = report.profiles.find((one) => one.job === job && one.shape === shape);
    return profile && of(summarize(profile));
  });
}

function everywhere(value: number): Target["wanted"] {
  return Object.fromEntries(targetShapes.map((shape) => [shape, value]));
}

function resultOf({ results }: Report, job: JobName, contender: ContenderName, shape: TargetShape) {
  return results.find((one) => one.job === job && one.contender === contender && one.shape === shape);
}

/** A number of one contender's attribution over another's. */
function quotient(
  report: Report,
  shape: TargetShape,
  [above, below]: readonly [ContenderName, ContenderName],
  of: (result: Result) => number,
): number | undefined {
  const [over, under] = [above, below].map((name) => resultOf(report, "eap-ig", name, shape));
  return over && under && of(over) / of(under);
}

function changes(fewer: Report, more: Report, shape: TargetShape, clock: "cpu" | "wall"): Change[] {
  const compared = compareThreads(fewer, more);
  return compared.filter((one) => one.shape === shape).map((one) => one[clock]);
}

function lowest(all: readonly Change[]): number | undefined {
  return all.length > 0 ? Math.min(...all.map(({ change }) => change)) : undefined;
}
