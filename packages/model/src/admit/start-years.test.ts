import { expect, test } from "vitest";
import type { PairRow } from "./read-pairs.ts";
import { withYears } from "./start-years.ts";

const prompt = (year: string, century = year.slice(0, 2)) =>
  `The war lasted from the year ${year} to the year ${century}`;
const row = (year: string, answer: string | number, before = "01"): PairRow => ({
  place: "line 2",
  clean: prompt(year),
  corrupted: prompt(`${year.slice(0, 2)}${before}`),
  answer,
});

test("answers are the middle of the later years, and of those right after the corrupted prompt alone", () => {
  for (let start = 2; start <= 98; start++) {
    const year = String(start).padStart(2, "0");
    for (const answer of [start, String(start), year]) {
      const found = withYears(row(`17${year}`, answer))!;
      const later = Array.from({ length: 99 - start }, (_, i) => start + 1 + i);
      const earlier = Array.from({ length: start - 1 }, (_, i) => 2 + i);
      const middle = (years: number[]) => String(years[(years.length - 1) >> 1]).padStart(2, "0");
      expect(found).toMatchObject({ answer: middle(later), corruptedAnswer: middle(earlier), join: "none" });
      expect(found.parts).toEqual([
        ["17", year],
        ["17", "01"],
      ]);
    }
  }
});

test("a start that leaves no later or no wrong year has no such answer", () => {
  expect(withYears(row("1799", 99))).toMatchObject({ answer: "", corruptedAnswer: "50" });
  expect(withYears(row("1740", 40, "40"))).toMatchObject({ corruptedAnswer: "" });
});

test("other rows are left alone: another number, a wrong answer, other words", () => {
  expect(withYears(row("1752", 53))).toBeUndefined();
  expect(withYears({ ...row("1752", 52), corruptedAnswer: "11" })).toBeUndefined();
  expect(withYears({ ...row("1752", 52), clean: prompt("1752", "18") })).toBeUndefined();
  expect(withYears({ ...row("1752", 52), clean: "1 + 51 =", corrupted: "1 + 52 =" })).toBeUndefined();
  expect(withYears({ ...row("1700", 0), clean: "1 + 51 =" })).toBeUndefined();
});
