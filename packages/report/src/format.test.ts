import { expect, test } from "vitest";
import { asPercent } from "./format.ts";

test("percentages have one decimal", () => {
  expect(asPercent(0.1234)).toBe("12.3%");
});
