/** Rows of greater-than as EAP-IG's files have them. */
import type { PairRow } from "./read-pairs.ts";

const YEARS = /from the year (\d\d)(\d\d) to the year \1$/;
const LAST = 99;

/**
 * A row of greater-than, such as `The war lasted from the year 1752 to the year 17` with the number 52 under `label` or
 * `correct_idx`, with answers in place of that number: it is the year in which the war starts, not an answer. Every later
 * year is a right one. A pair has one answer and one wrong answer, so it gets the middle of the years after the start,
 * here 76, and of those that are right only after the corrupted prompt, here 02 to 52 and thus 27. Both complete the
 * prompt's last number, and the start years must have a token for their last two digits, too.
 *
 * @returns undefined for any other row, also if it names a wrong answer
 */
export function withYears(row: PairRow): PairRow | undefined {
  const { clean, corrupted, answer, corruptedAnswer = "" } = row;
  if (typeof clean !== "string" || typeof corrupted !== "string" || corruptedAnswer !== "") return undefined;
  const [, century = "", year = ""] = YEARS.exec(clean) ?? [];
  const [, , before = ""] = YEARS.exec(corrupted) ?? [];
  const start = Number(year);
  if (year === "" || before === "") return undefined;
  if (!/^\s*\d+\s*$/.test(String(answer)) || Number(answer) !== start) return undefined;
  return {
    ...row,
    answer: middle(start + 1, LAST),
    corruptedAnswer: middle(Number(before) + 1, start),
    join: "none",
    parts: [year, before].map((part) => [century, part] as const),
  };
}

/** The middle of the years from `first` to `last` in two digits, the earlier one of two; "" if there is none. */
function middle(first: number, last: number): string {
  return first <= last ? String(Math.floor((first + last) / 2)).padStart(2, "0") : "";
}
