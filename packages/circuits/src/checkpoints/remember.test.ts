import { expect, test } from "vitest";
import { temporaryFolder } from "../../../artifacts/src/testing/temporary-folder.ts";
import { remember } from "./remember.ts";

test("work is done once per folder, and its result is the same afterwards", () => {
  const folder = temporaryFolder();
  let done = 0;
  const work = () => ({ call: ++done, numbers: [0.1, 1 / 3, -1e-300] });
  const first = remember(folder, work);
  expect(first).toEqual({ value: { call: 1, numbers: [0.1, 1 / 3, -1e-300] }, remembered: false });
  expect(remember(folder, work)).toEqual({ ...first, remembered: true });
  expect(remember(temporaryFolder(), work).value.call).toBe(2);
});

test("work that fails is not remembered", () => {
  const folder = temporaryFolder();
  const fail = () => {
    throw new Error("cut off");
  };
  expect(() => remember(folder, fail)).toThrow("cut off");
  expect(remember(folder, () => 1)).toEqual({ value: 1, remembered: false });
});
