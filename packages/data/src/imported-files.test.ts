import { kinds } from "@ft/artifacts";
import { expect, test } from "vitest";
import { fileKeys, importedFiles } from "./imported-files.ts";

test("each file is named with its key and path, held-out splits first", () => {
  expect(
    importedFiles({ import: { train: ["a.csv", "b.json"], circuit: "c.csv", repeated: "drop" } }),
  ).toEqual([
    { key: "circuit", path: ["import", "circuit"], file: "c.csv" },
    { key: "train", path: ["import", "train", 0], file: "a.csv" },
    { key: "train", path: ["import", "train", 1], file: "b.json" },
  ]);
});

test.each([undefined, null, {}, { import: null }, { import: "a.csv" }, { import: { train: 5, all: [5] } }])(
  "a configuration without valid file names has no files: %j",
  (config) => expect(importedFiles(config)).toEqual([]),
);

test("the kind of stage declares the keys that name files", () => {
  expect(kinds.data.files?.toSorted()).toEqual(fileKeys.map((key) => `import.${key}`).toSorted());
});
