/** Rows of MIB's circuit track (Mueller et al. 2025): its data sets `mib-bench/*` as `datasets` writes them to JSON. */

/** The counterfactuals that MIB's circuit track compares with, by default: IOI's, those of MCQA and ARC, arithmetic's. */
const defaults = ["s2_io_flip_counterfactual", "symbol_counterfactual", "random_counterfactual"] as const;

type Values = Readonly<Record<string, unknown>>;

/** A row of MIB under the names of a pair, or the problem as text. */
export type MibRow = { pair: Values; used: string[] } | string;

/**
 * Reads an object with a `prompt` and counterfactuals, each an object with its own `prompt`; undefined for any other. The
 * answer is that choice which `answerKey` counts, from 0: of MCQA and ARC its label, of arithmetic, without choices, the
 * row's `label`. The wrong answer is the other one of two choices (of IOI the subject), otherwise the answer to the
 * counterfactual. A counterfactual of null, which MIB leaves out, becomes an empty prompt.
 *
 * @param counterfactual the key of the counterfactual to use. @default the one of {@link defaults} that the row has
 */
export function mibRow(row: Values, counterfactual?: string): MibRow | undefined {
  const keys = Object.keys(row);
  const others = keys.filter((key) => key.endsWith("_counterfactual"));
  if (others.length === 0 || typeof row.prompt !== "string" || "clean" in row) return undefined;
  const key = counterfactual ?? defaults.find((name) => others.includes(name));
  if (key === undefined || !keys.includes(key)) {
    const list = others.slice(0, 10).join(", ");
    return `${key === undefined ? "name the counterfactual to use" : `there is no counterfactual \`${key}\``}: the row has ${list}`;
  }
  const other = isObject(row[key]) ? row[key] : {};
  const answer = answerOf(row);
  if (answer === undefined) {
    return "it has no answer: neither `choices` in which `answerKey` is a place, nor a `label`";
  }
  const pair = {
    clean: row.prompt,
    corrupted: other.prompt ?? "",
    answer,
    wrong: otherChoice(row) ?? answerOf(other),
  };
  return { pair, used: ["prompt", key, "choices" in row ? "choices" : "label", "answerKey"] };
}

function answerOf({ choices, answerKey, label }: Values): string | undefined {
  if (choices === undefined) return textOf(label);
  const list = isObject(choices) && !Array.isArray(choices) ? choices.label : choices;
  return Array.isArray(list) && Number.isInteger(answerKey) ? textOf(list[answerKey as number]) : undefined;
}

/** The wrong one of two choices that are texts. */
function otherChoice({ choices, answerKey }: Values): string | undefined {
  if (!Array.isArray(choices) || choices.length !== 2) return undefined;
  return textOf(choices[1 - (answerKey as number)]);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null;
}
