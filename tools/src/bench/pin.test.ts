import { expect, test } from "vitest";
import { parseCores } from "./pin.ts";

test("cores are read as taskset lists them", () => {
  expect(parseCores(" 0")).toEqual([0]);
  expect(parseCores("0,2-4\n")).toEqual([0, 2, 3, 4]);
});
