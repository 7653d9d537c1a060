import { expect, test } from "vitest";
import { importedFiles } from "./imported-files.ts";

test("each file is named with its key and place, held-out splits first", () => {
  expect(
    importedFiles({ import: { train: ["a.csv", "b.json"], circuit: "c.csv", repeated: "drop" } }),
  ).toEqual([
    { key: "circuit", place: "import.circuit", file: "c.csv" },
    { key: "train", place: "import.train[0]", file: "a.csv" },
    { key: "train", place: "import.train[1]", file: "b.json" },
  ]);
});

test.each([undefined, null, {}, { import: null }, { import: "a.csv" }, { import: { train: 5, all: [5] } }])(
  "a configuration that names none, or none rightly, has none: %j",
  (config) => expect(importedFiles(config)).toEqual([]),
);
