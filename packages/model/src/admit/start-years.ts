/** Rows of greater-than as EAP-IG's files have them. */
import type { PairRow } from "./read-pairs.ts";

const YEARS = /from the year (\d\d)(\d\d) to the year \1$/;
const LAST = 99;

/**
 * A row of greater-than, such as `The war lasted from the year 1752 to the year 17` with the number 52 under `label` or
 * `correct_idx`, with answers in place of that number: it is the year in which the war starts, not an answer. Every later
 * year is a right one. A pair has one answer and one wrong answer, so it gets the middle of the years after the start,
 * here 76, and of those that are right only after the corrupted prompt, here 02 to 52 and thus 27. Both complete the
 * prompt's last number.
 *
 * @returns undefined for any other row, also if it names a wrong answer
 */
export function withYears(row: PairRow): PairRow | undefined {
  const { clean, corrupted, answer, corruptedAnswer = "" } = row;
  if (typeof clean !== "string" || typeof corrupted !== "string" || corruptedAnswer !== "") return undefined;
  const start = Number(YEARS.exec(clean)?.[2]);
  if (!/^\s*\d+\s*$/.test(String(answer)) || Number(answer) !== start) return undefined;
  const before = Number(YEARS.exec(corrupted)?.[2]);
  return {
    ...row,
    answer: middle(start + 1, LAST),
    corruptedAnswer: middle(before + 1, start),
    join: "none",
  };
}

/** The middle of the years from `first` to `last` in two digits, the earlier one of two; "" if there is none. */
function middle(first: number, last: number): string {
  return first <= last ? String(Math.floor((first + last) / 2)).padStart(2, "0") : "";
}
