import { type DatasetRow, splits } from "@ft/artifacts";

/** A row that has not been given its number. */
export type UnnumberedRow = Omit<DatasetRow, "example">;

/** The rows split by split (train, validation, circuit, test), otherwise in the order given, numbered from 0. */
export function numberRows(rows: readonly UnnumberedRow[]): DatasetRow[] {
  return splits
    .flatMap((split) => rows.filter((row) => row.split === split))
    .map((row, example) => ({ example, ...row }));
}
