/** Where the time goes, job by job. */
import { milliseconds, percent } from "../format.ts";
import { jobs } from "../jobs.ts";
import type { Profile } from "../profile.ts";
import { type Part, summarize } from "../profile-summary.ts";
import type { Report } from "../report.ts";
import { markdownTable } from "./markdown-table.ts";

/** How much of what is left is named, and what share is worth a name. */
const NAMED = 4;
const WORTH = 0.01;

const HEAD = [
  "job",
  "shape",
  "CPU ms",
  "at matrix speed",
  "of the time",
  "in matrix products",
  "at",
  "what is left, largest first",
];

export function profileSection({ profiles }: Report): string {
  return [
    "## Where the time goes",
    `How far each job of ours is from the machine's speed at large matrix products. "At matrix speed" is how long its
arithmetic would take if all of it were such products; "of the time" is that over what was measured. Matrix products take
a share of the time, at a share of the machine's speed; the rest is by operation, and the program between operations.`,
    markdownTable(HEAD, profiles.map(row), 2),
  ].join("\n\n");
}

function row(profile: Profile): string[] {
  const { job, shape, examples, cpu } = profile;
  const { products, productSpeed, ideal, rest } = summarize(profile);
  const units = examples / jobs[job].perUnit;
  return [
    `${jobs[job].title}, per ${jobs[job].unit}`,
    shape,
    milliseconds(cpu / units),
    milliseconds(ideal / units),
    percent(ideal / cpu),
    percent(products),
    percent(productSpeed),
    left(rest),
  ];
}

function left(rest: readonly Part[]): string {
  return rest
    .slice(0, NAMED)
    .filter(({ share }) => share >= WORTH)
    .map(({ name, share }) => `${name} ${percent(share)}`)
    .join(", ");
}
