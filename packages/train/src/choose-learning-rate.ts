/** The choice of learning rates by the loss on the validation split. */
import {
  edgeOf,
  type LearningRateRow,
  learningRatesSchema,
  type RunKey,
  readTable,
  tablePath,
  UserError,
} from "@ft/artifacts";
import { describeAdapter, type Plan, type PlannedRun } from "@ft/model";
import type { TrainConfig } from "./config.ts";
import type { Score } from "./exact-match.ts";
import { DivergedError, type FinishedRun } from "./fine-tune.ts";

/** Trains a run with a rate; only the scores at its end are needed. */
export type Training = (run: PlannedRun, learningRate: number) => Promise<Pick<FinishedRun, "log">>;

/** A choice of one adapter's rate. */
export interface Choice {
  chosen: number;
  /** The end of the rates tried that it is at; undefined if it is between two, or the only one. */
  edge: ReturnType<typeof edgeOf>;
  /** A row for every run and rate. */
  rows: LearningRateRow[];
}

/** Runs by what shares a learning rate: kind, settings and ranks of their adapters, see {@link describeAdapter}. */
export function byAdapter<Run extends PlannedRun>(runs: readonly Run[]): Map<string, Run[]> {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const adapter = describeAdapter(run.adapter);
    groups.set(adapter, [...(groups.get(adapter) ?? []), run]);
  }
  return groups;
}

/** The seeds that rates are compared with, at least two by default. */
export function selectionSeeds({
  seeds,
  selectionSeeds,
}: Pick<TrainConfig, "seeds" | "selectionSeeds">): readonly number[] {
  return selectionSeeds ?? (seeds.length > 1 ? seeds.slice(0, 2) : [seeds[0]!, seeds[0]! + 1]);
}

/**
 * The runs that try an adapter's rates: for each seed the first draw of a plan that has such an adapter for it.
 *
 * @param adapter its description
 * @throws UserError if no plan has it for any of the seeds
 */
export function selectingRuns(
  adapter: string,
  plans: readonly Plan[],
  seeds: readonly number[],
): PlannedRun[] {
  const runs = seeds.flatMap((seed) => {
    for (const plan of plans) {
      const own = plan.adapter(seed);
      if (own && describeAdapter(own) === adapter)
        return [{ plan: plan.name, draw: plan.draw, seed, adapter: own }];
    }
    return [];
  });
  if (runs.length > 0) return runs;
  throw new UserError(`no plan with ${adapter} has any of the seeds that learning rates are compared with`, {
    place: "selectionSeeds",
    value: seeds,
    remedy: "name seeds that the plans were made for",
  });
}

/**
 * Trains every run with every rate and takes the rate with the lowest mean validation loss over the runs; of equal ones
 * the smallest. A rate that diverges in a run loses.
 *
 * @param adapter the description of the runs' adapters
 * @throws UserError if there is no validation split, or no rate is left
 */
export async function chooseLearningRate(
  adapter: string,
  runs: readonly PlannedRun[],
  rates: readonly number[],
  train: Training,
): Promise<Choice> {
  const tried: Omit<LearningRateRow, "chosen">[] = [];
  for (const run of runs) {
    for (const learningRate of rates) {
      const { accuracy, loss } = await validate(run, learningRate, train);
      tried.push({
        ...rowKey(run),
        adapter,
        learningRate,
        validationAccuracy: accuracy,
        validationLoss: loss,
      });
    }
  }
  const losses = rates.map((rate) => ({
    rate,
    loss: tried.reduce((sum, row) => sum + (row.learningRate === rate ? row.validationLoss : 0), 0),
  }));
  const best = losses.reduce((a, b) => (b.loss < a.loss || (b.loss === a.loss && b.rate < a.rate) ? b : a));
  if (best.loss === Infinity) {
    throw new UserError(`training ${adapter} diverged with every learning rate`, {
      place: "learningRates",
      value: rates,
      remedy: "try smaller rates, or a longer warm-up",
    });
  }
  const rows = tried.map((row) => ({ ...row, chosen: row.learningRate === best.rate }));
  return { chosen: best.rate, edge: edgeOf(best.rate, rates), rows };
}

/** The row of a rate that was not chosen among several: that of the first run trained with it. */
export function givenRate(
  adapter: string,
  { setup, log }: Pick<FinishedRun, "setup" | "log">,
): LearningRateRow {
  const { accuracy, loss } = log.scores.validation ?? { accuracy: 0, loss: 0 };
  const { learningRate } = setup;
  return {
    ...rowKey(setup),
    ...{ adapter, learningRate, validationAccuracy: accuracy, validationLoss: loss, chosen: true },
  };
}

/**
 * The rates that other train stages have chosen, by the description of the adapter.
 *
 * @param folders of the role `rates`
 * @throws UserError if they chose different rates for the same adapter
 */
export function readRates(folders: readonly string[]): (adapter: string) => number {
  const rates = new Map<string, number>();
  const file = folders.map((folder) => tablePath(folder, learningRatesSchema)).join(", ");
  for (const folder of folders) {
    for (const { adapter, learningRate, chosen } of readTable(folder, learningRatesSchema)) {
      if (!chosen) continue;
      if ((rates.get(adapter) ?? learningRate) !== learningRate) {
        throw new UserError(`two stages chose different learning rates for ${adapter}`, {
          file,
          value: `${rates.get(adapter)} and ${learningRate}`,
          remedy: "name only one of them in the role `rates`",
        });
      }
      rates.set(adapter, learningRate);
    }
  }
  return (adapter) => {
    const rate = rates.get(adapter);
    if (rate !== undefined) return rate;
    throw new UserError(`no learning rate was chosen for ${adapter}`, {
      file,
      value: `rates for ${[...rates.keys()].join("; ")}`,
      remedy:
        "add a stage that chose one to the role `rates`, or leave the role out and give `learningRates`",
    });
  };
}

/** A choice for people, with a warning if it is at an edge of the rates tried. */
export function describeChoice(adapter: string, { chosen, edge }: Choice): string {
  const warning = edge ? `, the ${edge} tried: there may be a better one beyond it` : "";
  return `${adapter}: chose learning rate ${chosen}${warning}`;
}

function rowKey({ plan, draw, seed }: RunKey): RunKey {
  return { plan, draw, seed };
}

/** The validation score after training; accuracy 0 and an infinite loss if it diverged. */
async function validate(run: PlannedRun, learningRate: number, train: Training): Promise<Score> {
  try {
    const { validation } = (await train(run, learningRate)).log.scores;
    if (validation) return validation;
    throw new UserError("the dataset has no validation split to choose a learning rate on", {
      place: "learningRates",
      remedy: "give a single rate, or let the data stage set some examples apart for validation",
    });
  } catch (error) {
    if (error instanceof DivergedError) return { accuracy: 0, loss: Infinity };
    throw error;
  }
}
