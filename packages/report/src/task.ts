/** What an experiment asks: its examples by split, one of them, and what answers without a model get. */
import { type BaselineRow, type DatasetRow, UserError } from "@ft/artifacts";
import { type Baselines, baselines } from "./baselines.ts";

export interface Task {
  /** All of this as rows of baselines.arrow. */
  baselines: readonly BaselineRow[];
  /** Examples by split. */
  examples: ReadonlyMap<string, number>;
  /** The split that accuracies are on: the one for tests or, if there is none, the one that circuits are found on. */
  heldOut: "circuit" | "test";
  /** Share of the held-out examples with the most common answer: the accuracy of always giving it. */
  majority: number;
  /** Share of the held-out examples whose answer is also the corrupted prompt's: the accuracy of always giving that. */
  corruptedAnswer: number;
  /** The accuracy of giving the answer of the nearest training prompt. */
  nearest: number;
  /** The three accuracies above on the held-out examples of each kind. */
  baselinesByKind: ReadonlyMap<string, Baselines>;
  /** A pair of prompts, to show what the task is. */
  example: { clean: string; corrupted: string; answer: string; corruptedAnswer: string };
}

/** A dataset's rows of baselines.arrow: for each split all kinds, then each kind, in the order in which they first occur. */
export function baselineRows(dataset: readonly DatasetRow[]): BaselineRow[] {
  const train = dataset.filter(({ split }) => split === "train");
  const names = [...new Set(dataset.map(({ split }) => split))];
  const heldOut = heldOutOf(names);
  return names.flatMap((split) => {
    const rows = dataset.filter((row) => row.split === split);
    const judged = split === heldOut ? baselines(rows, train) : undefined;
    const rowOf = (kind: string | null, of: readonly DatasetRow[], found?: Baselines): BaselineRow => {
      const { clean, corrupted, answer, corruptedAnswer } = of[0]!;
      return {
        ...{ split, kind, examples: of.length },
        majorityAccuracy: found?.majority ?? null,
        corruptedAccuracy: found?.corruptedAnswer ?? null,
        nearestAccuracy: found?.nearest ?? null,
        ...{ clean, corrupted, answer, corruptedAnswer },
      };
    };
    const kinds = [...new Set(rows.map(({ kind }) => kind))];
    return [
      rowOf(null, rows, judged?.all),
      ...kinds.map((kind) =>
        rowOf(
          kind,
          rows.filter((row) => row.kind === kind),
          judged?.kinds.get(kind),
        ),
      ),
    ];
  });
}

/**
 * The task that rows of baselines.arrow describe.
 *
 * @param file the file that they, or the dataset, were read from, for the error
 * @throws UserError if there are no examples
 */
export function taskOf(rows: readonly BaselineRow[], file: string | undefined): Task {
  const whole = rows.filter(({ kind }) => kind === null);
  const heldOut = heldOutOf(whole.map(({ split }) => split));
  const asked = whole.find(({ split }) => split === heldOut);
  const first = asked ?? whole[0];
  if (!first) throw new UserError("the dataset has no examples", { file });
  const { clean, corrupted, answer } = first;
  const byKind = rows.filter(({ split, kind }) => split === heldOut && kind !== null);
  const { majority, corruptedAnswer, nearest } = accuraciesOf(asked);
  return {
    baselines: rows,
    examples: new Map(whole.map(({ split, examples }) => [split, examples])),
    ...{ heldOut, majority, corruptedAnswer, nearest },
    baselinesByKind: new Map(byKind.map((row) => [row.kind!, accuraciesOf(row)])),
    example: { clean, corrupted, answer, corruptedAnswer: first.corruptedAnswer },
  };
}

function heldOutOf(splits: readonly string[]): Task["heldOut"] {
  return splits.includes("test") ? "test" : "circuit";
}

function accuraciesOf(row: BaselineRow | undefined): Baselines {
  return {
    asked: row?.examples ?? 0,
    majority: row?.majorityAccuracy ?? 0,
    corruptedAnswer: row?.corruptedAccuracy ?? 0,
    nearest: row?.nearestAccuracy ?? 0,
  };
}
