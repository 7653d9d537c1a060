import { expect, test } from "vitest";
import { milliseconds, percent, times } from "./format.ts";

test.each([
  [0.09784, "0.0978"],
  [0.374, "0.374"],
  [20, "20"],
  [26.84, "26.8"],
  [999.4, "999"],
  [999.6, "1,000"],
  [25_150.7, "25,151"],
])("%d milliseconds have three digits, or are whole: %s", (value, text) => {
  expect(milliseconds(value)).toBe(text);
});

test("ratios and shares have a decimal where they are small", () => {
  expect([4.66, 25.27].map(times)).toEqual(["4.7x", "25.3x"]);
  expect([0.0093, 0.0994, 0.0996, 1.27].map(percent)).toEqual(["0.9%", "9.9%", "10%", "127%"]);
});
