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
  for (const row of readTable(output, answersSchema)) {
    const { split, examples: asked, answered } = row;
    const foreign = asked.find((example) => splits.get(example) !== split);
    if (foreign !== undefined) {
      const value = `example ${foreign}, split ${split}; in the dataset: ${splits.get(foreign) ?? "none"}`;
      const remedy = "number examples as the dataset does";
      throw refuse("an answer is not to an example of its split", row, value, remedy);
    }
    const all = examples.filter((example) => example.split === split).length;
    if (asked.length !== all) {
      const value = `${asked.length} of the ${all} examples of split ${split}`;
      throw refuse("a checkpoint has answers to a part of a split", row, value, "give all of its examples");
    }
    const measured = metrics.find((other) => isSameCheckpoint(other, row));
    const accuracy = measured && accuracyOf[split](measured);
    const share = answered.length / asked.length;
    if (typeof accuracy !== "number" || Math.abs(accuracy - share) > ACCURACY_TOLERANCE) {
      const value = `share of correct answers ${share}, ${split}Accuracy ${accuracy ?? "not there"}`;
      throw refuse(
        "answers do not match the accuracy in metrics.arrow",
        row,
        value,
        "write both from the same predictions",
      );
    }
  }
}
