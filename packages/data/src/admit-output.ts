/** Checks a dataset that another program wrote: in place of the data stage, or with `ft verify`. */
import {
  type DatasetRow,
  datasetSchema,
  formatInteger,
  readTable,
  type StageContext,
  tablePath,
  UserError,
} from "@ft/artifacts";
import { Admission, encodePrompt, openTokenizer, RowEncoder } from "@ft/model";
import { Ledger } from "./ledger.ts";

const REMEDY = `each row holds its texts and, by the model's tokenizer, their tokens: BOS and those of each prompt, and the one token of each answer after its prompt
  keep one row per clean prompt, and rows that share a prompt in one split`;

/** {@link admitDataset} for the output of an outside command that replaces the data stage. */
export async function admitOutput({
  output,
  model,
  progress,
}: Pick<StageContext<unknown>, "output" | "model" | "progress">): Promise<void> {
  const file = tablePath(output, datasetSchema);
  await admitDataset(readTable(output, datasetSchema), { file, model, note: (text) => progress.note(text) });
}

/**
 * Checks whatever in a dataset depends on the model: tokens must be those of the texts under its tokenizer, and no
 * prompt may occur twice or in two splits. Prompts longer than its context, corrupted answers without a token, and a
 * split `train` or `circuit` without rows are only noted.
 *
 * @param rows of the table, each checked against its schema before
 * @param options `file`: named in errors; `model`: its folder; `note`: called with each message
 * @throws UserError that counts the unusable rows by reason, with the first places
 */
export async function admitDataset(
  rows: readonly DatasetRow[],
  { file, model, note }: { file: string; model: string; note(text: string): void },
): Promise<void> {
  const missing = (["train", "circuit"] as const).filter((split) => !rows.some((row) => row.split === split));
  if (missing.length === 2) {
    throw new UserError("the dataset has no rows to train on and none to find circuits on", {
      file,
      remedy: "give rows the split `train` or `circuit`",
    });
  }
  const { tokenizer, config: limits } = await openTokenizer(model);
  /** A prompt as the model reads it, whether it ends in a newline, as in the form "paper", or not. */
  const question = (text: string) => String(encodePrompt(tokenizer, text.trimEnd()));
  const encoder = new RowEncoder(tokenizer, limits);
  const admission = new Admission({ limits });
  const ledger = new Ledger();
  for (const [i, row] of rows.entries()) {
    const place = `row ${i}`;
    if (admission.judge({ encode: () => encoder.encode(row) }, row, place) === undefined) continue;
    const prompts = { clean: question(row.clean), corrupted: question(row.corrupted) };
    const conflict = ledger.conflict(prompts, row.split);
    if (conflict === undefined) ledger.add(prompts, row.split, place);
    else
      admission.reject({ choice: "drop", remedy: "" }, conflict.reason, place, () => `see ${conflict.place}`);
  }
  const { dropped: refused } = admission;
  if (refused.total > 0) {
    const title = `${formatInteger(refused.total)} of ${formatInteger(rows.length)} rows cannot be used`;
    throw new UserError(refused.list(title), { file, remedy: REMEDY });
  }
  for (const message of admission.doubts()) note(message);
  if (missing.length > 0) note(`the dataset has no row in the split ${missing[0]}`);
}
