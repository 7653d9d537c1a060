/** Checks answers.arrow that an outside command wrote in place of a train stage. */
import {
  type AnswerRow,
  answersSchema,
  datasetSchema,
  describeCheckpoint,
  isSameCheckpoint,
  type MetricsRow,
  metricsSchema,
  readTable,
  type StageContext,
  tablePath,
  UserError,
} from "@ft/artifacts";

/** Accuracies may be rounded to single precision. */
const ACCURACY_TOLERANCE = 1e-6;

const accuracyOf = {
  circuit: ({ circuitAccuracy }: MetricsRow) => circuitAccuracy,
  test: ({ testAccuracy }: MetricsRow) => testAccuracy,
};

/**
 * Answers must be about examples of the dataset, of a split all or none, and their share at a checkpoint is its accuracy in
 * metrics.arrow. The table may be empty: the report's intervals are then over seeds alone.
 * @throws UserError naming the first row or checkpoint that does not fit
 */
export function admitAnswers({ output, inputs }: Pick<StageContext<unknown>, "output" | "inputs">): void {
  const file = tablePath(output, answersSchema);
  const metrics = readTable(output, metricsSchema);
  const examples = (inputs.data ?? []).flatMap((folder) => readTable(folder, datasetSchema));
  const splits = new Map(examples.map(({ example, split }) => [example, split]));
  const refuse = (message: string, row: AnswerRow, value: string, remedy: string) =>
    new UserError(message, { file, place: describeCheckpoint(row), value, remedy });
  for (const rows of bySplit(readTable(output, answersSchema))) {
    const [first] = rows as [AnswerRow];
    const { split } = first;
    const foreign = rows.find(({ example }) => splits.get(example) !== split);
    if (foreign) {
      const found = splits.get(foreign.example) ?? "none";
      const value = `example ${foreign.example}, split ${split}; in the dataset: ${found}`;
      throw refuse(
        "an answer is not to an example of its split",
        foreign,
        value,
        "number examples as the dataset does",
      );
    }
    const all = examples.filter((example) => example.split === split).length;
    if (rows.length !== all) {
      const value = `${rows.length} of the ${all} examples of split ${split}`;
      throw refuse(
        "a checkpoint has answers to a part of a split",
        first,
        value,
        "write one row per example",
      );
    }
    const measured = metrics.find((row) => isSameCheckpoint(row, first));
    const accuracy = measured && accuracyOf[split](measured);
    const share = rows.filter(({ correct }) => correct).length / rows.length;
    if (typeof accuracy !== "number" || Math.abs(accuracy - share) > ACCURACY_TOLERANCE) {
      const value = `share of correct answers ${share}, ${split}Accuracy ${accuracy ?? "not there"}`;
      throw refuse(
        "answers do not match the accuracy in metrics.arrow",
        first,
        value,
        "write both from the same predictions",
      );
    }
  }
}

/** The rows of each checkpoint and split, which are contiguous by checkpoint. */
function bySplit(rows: readonly AnswerRow[]): AnswerRow[][] {
  const groups: AnswerRow[][] = [];
  let open = new Map<string, AnswerRow[]>();
  let latest: AnswerRow | undefined;
  for (const row of rows) {
    if (!latest || !isSameCheckpoint(latest, row)) open = new Map();
    latest = row;
    const own = open.get(row.split);
    if (own) own.push(row);
    else {
      const started = [row];
      open.set(row.split, started);
      groups.push(started);
    }
  }
  return groups;
}
