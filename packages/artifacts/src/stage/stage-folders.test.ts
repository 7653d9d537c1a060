import { join } from "node:path";
import { expect, test } from "vitest";
import { inputFolder, inputName } from "./stage-folders.ts";

test.each([
  ["own", "probe", "probe"],
  ["other", "probe", "other.probe"],
  ["own--within-100", "data", "own--within-100.data"],
])("a stage of %s is found again by the name that a manifest has for it", (experiment, stage, name) => {
  const own = join("/repository", "runs", "own");
  const folder = join("/repository", "runs", experiment, stage);
  expect(inputName(own, folder)).toBe(name);
  expect(inputFolder(own, name)).toBe(folder);
});
