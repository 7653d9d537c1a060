import { expect, test } from "vitest";
import { asPercent, asPoints } from "./format.ts";

test("percentages have one decimal", () => {
  expect([0.1234, 1, -0.5, 12.34].map(asPercent)).toEqual(["12.3%", "100.0%", "-50.0%", "1234.0%"]);
});

test("differences have a sign and two decimals", () => {
  expect([0.0246, -0.01].map(asPoints)).toEqual(["+2.46", "-1.00"]);
});

test("what rounds to zero has no sign", () => {
  expect([asPercent(-0.0001), asPoints(-0.00001), asPoints(0)]).toEqual(["0.0%", "0.00", "0.00"]);
});
