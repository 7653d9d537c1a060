/** Every contrast of the findings as tables, so that a number on the page can be followed to its rows. */

import { basename, dirname } from "node:path";
import type { RunKey, TrainStage } from "@ft/artifacts";
import type { JudgedContrast } from "../claims/claim.ts";
import type { Cell, ExhibitTable } from "../exhibits/exhibit.ts";
import type { ClaimFinding } from "./judge-tasks.ts";
import type { FinishedExperiment } from "./read-experiments.ts";

/** A contrast with its place: the id on the page, and the experiment; null if it is pooled over tasks. */
export interface PlacedContrast {
  id: string;
  claim: string;
  experiment: string | null;
  contrast: JudgedContrast & { measure: string; tasks?: readonly string[] };
}

/** All contrasts of a claim: CLAIM-1, ... of the experiments in their order, CLAIM-pooled-1, ... over tasks. */
export function placeContrasts({ claim, tasks, pooled }: ClaimFinding): PlacedContrast[] {
  const own = tasks.flatMap(({ experiment, finding }) =>
    finding.contrasts.map((contrast) => ({ experiment, contrast })),
  );
  return [
    ...own.map((one, i) => ({ id: `${claim.id}-${i + 1}`, claim: claim.id, ...one })),
    ...pooled.map((contrast, i) => ({
      ...{ id: `${claim.id}-pooled-${i + 1}`, claim: claim.id, experiment: null, contrast },
    })),
  ];
}

const table = (columns: readonly string[], rows: readonly (readonly Cell[])[]): ExhibitTable => ({
  columns: columns.map((name) => ({ name })),
  rows,
});

/** One row per contrast. Points are fractions; p is Holm's within the family of the criterion. */
export function contrastTable(placed: readonly PlacedContrast[]): ExhibitTable {
  return table(
    [
      ...["id", "claim", "experiment", "tasks", "measure", "contrast", "unit", "decides", "verdict"],
      ...[
        "seeds",
        "examples",
        "mean",
        "low",
        "high",
        "adjustedP",
        "equivalenceMargin",
        "detectable",
        "excludes",
      ],
    ],
    placed.map(({ id, claim, experiment, contrast }) => {
      const { measure, name, unit, decides, verdict, excludes, estimate, tasks } = contrast;
      const { seeds, examples, mean, low, high, p, equivalence, detectable } = estimate;
      return [
        ...[id, claim, experiment, tasks?.join(" ") ?? null, measure, name, unit, decides !== false, verdict],
        ...[seeds, examples, mean, low, high, p, equivalence, detectable, excludes.join("; ")],
      ];
    }),
  );
}

/** One row per value of a contrast: those of the seeds, or of the tasks if it is pooled. */
export function contrastValues(placed: readonly PlacedContrast[]): ExhibitTable {
  return table(
    ["id", "claim", "experiment", "contrast", "task", "index", "seed", "value"],
    placed.flatMap(({ id, claim, experiment, contrast }) =>
      contrast.values.map((value, i) => [
        ...[id, claim, experiment, contrast.name, contrast.tasks?.[i] ?? experiment],
        ...[i + 1, contrast.seeds?.[i] ?? null, value],
      ]),
    ),
  );
}

/** One row per row of an experiment's table that a contrast was computed from, with the files that can have it. */
export function contrastRows(
  placed: readonly PlacedContrast[],
  experiments: readonly FinishedExperiment[],
): ExhibitTable {
  const filesOf = new Map(experiments.map((experiment) => [experiment.name, fileFinder(experiment)]));
  return table(
    ["id", "claim", "experiment", "table", "plan", "draw", "seed", "step", "files"],
    placed.flatMap(({ id, claim, experiment, contrast }) =>
      contrast.rows.map(({ table, plan, draw, seed, step }) => [
        ...[id, claim, experiment, table, plan, draw, seed, step],
        filesOf.get(experiment ?? "")?.(table, plan) ?? null,
      ]),
    ),
  );
}

/** The tables of a name that an experiment's report read; of those by train stages only the one with the plan's runs. */
function fileFinder({ read, results: { metrics } }: FinishedExperiment) {
  const stageOf = new Map(
    (metrics as readonly (RunKey & Partial<TrainStage>)[]).map(({ plan, stage }) => [plan, stage]),
  );
  return (table: string, plan: string): string => {
    const files = read.filter((path) => basename(path) === `${table}.arrow`);
    const own = files.filter((path) => basename(dirname(path)) === stageOf.get(plan));
    return (own.length > 0 ? own : files).join(" ");
  };
}
