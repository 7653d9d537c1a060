import { samples } from "./samples.ts";

/** The kinds of the paper's published data files, with the options of the task that makes such rows. */
export const paperKinds = [
  ["add-sub", { within: 500 }],
  ["mul-div", {}],
  ["sequence", {}],
  ["lcm", {}],
  ["function", {}],
  ["composition", {}],
] as const;

/**
 * A CSV as the paper publishes them: columns clean, corrupted, label and, if known, corrupted_label. Its rows are drawn
 * as a task proposes them, before any tokenizer is involved: many answers are several tokens.
 */
export function paperCsv(task: string, options: object, rows: number): string {
  const pairs = samples(task, options, rows);
  const withCorrupted = pairs.every(({ corruptedAnswer }) => corruptedAnswer !== undefined);
  const header = ["clean", "corrupted", "label", ...(withCorrupted ? ["corrupted_label"] : [])];
  const lines = pairs.map(({ clean, corrupted, answer, corruptedAnswer }) =>
    [clean, corrupted, answer, ...(withCorrupted ? [corruptedAnswer!] : [])].map(quoted),
  );
  return [header, ...lines].map((fields) => `${fields.join(",")}\n`).join("");
}

/** As Python's csv module writes it: in quotes if it holds a comma. */
function quoted(field: string): string {
  return field.includes(",") ? `"${field}"` : field;
}
