/** Every area's mutants. A new area is a file and a line here. */
import type { Area, Mutant } from "../mutant.ts";
import { adapters } from "./adapters.ts";
import { admission } from "./admission.ts";
import { arrow } from "./arrow.ts";
import { attribution } from "./attribution.ts";
import { budget } from "./budget.ts";
import { bytes } from "./bytes.ts";
import { cache } from "./cache.ts";
import { change } from "./change.ts";
import { circuitView } from "./circuit-view.ts";
import { comparison } from "./comparison.ts";
import { decoder } from "./decoder.ts";
import { evaluation } from "./evaluation.ts";
import { exhibits } from "./exhibits.ts";
import { experiments } from "./experiments.ts";
import { families } from "./families.ts";
import { findings } from "./findings.ts";
import { models } from "./models.ts";
import { overTasks } from "./over-tasks.ts";
import { plans } from "./plans.ts";
import { rates } from "./rates.ts";
import { replay } from "./replay.ts";
import { statistics } from "./statistics.ts";
import { tables } from "./tables.ts";

export const areas: readonly Area[] = [
  attribution,
  evaluation,
  decoder,
  families,
  adapters,
  change,
  plans,
  rates,
  replay,
  statistics,
  exhibits,
  circuitView,
  findings,
  comparison,
  overTasks,
  admission,
  arrow,
  tables,
  bytes,
  cache,
  experiments,
  budget,
  models,
];

/** All mutants, each with its area's name; a mutant's number is its place here. */
export const mutants: readonly { area: string; mutant: Mutant }[] = areas.flatMap(({ name, mutants }) =>
  mutants.map((mutant) => ({ area: name, mutant })),
);
