import { expect, test } from "vitest";
import { countLeftOut, describeLeftOut, leftOutConfig, leftOutOf } from "./left-out.ts";

const leftOut = [
  { reason: "the answer is not one token", rows: 1_019, first: ["pairs.csv, line 3", "pairs.csv, line 9"] },
  { reason: "both prompts are the same", rows: 1, first: [] },
];

test("rows left out are those that the dataset's manifest counts", () => {
  expect(leftOutOf({ config: { join: "space", ...leftOutConfig(leftOut) } })).toEqual(leftOut);
  expect(leftOutConfig([])).toEqual({});
  expect(leftOutOf({ config: null })).toEqual([]);
  for (const foreign of [undefined, 3, [{ rows: "all" }]])
    expect(leftOutOf({ config: { leftOut: foreign } as never })).toEqual([]);
});

test("they are described in a line: how many of all, why, and where first", () => {
  expect(countLeftOut(leftOut, 980)).toBe("1,020 of 2,000 imported rows were left out");
  expect(describeLeftOut(leftOut, 980)).toBe(
    "1,020 of 2,000 imported rows were left out: the answer is not one token (1,019, first pairs.csv, line 3); both prompts are the same (1)",
  );
});
