import type { DatasetRow } from "@ft/artifacts";
import { expect, test } from "vitest";
import { baselineRows, taskOf } from "./task.ts";

const row = (split: DatasetRow["split"], kind: string, clean: string, answer: string): DatasetRow => ({
  ...{ example: 0, split, kind, clean, corrupted: `${clean}?`, answer, corruptedAnswer: "0" },
  ...{ cleanTokens: [1], corruptedTokens: [2], answerToken: 3, corruptedAnswerToken: 4 },
});
const train = [row("train", "add", "1 + 1", "2")];
const circuit = [row("circuit", "sub", "3 - 1", "2"), row("circuit", "add", "1 + 2", "3")];
const tests = [
  row("test", "add", "5 + 1", "6"),
  row("test", "add", "1 + 5", "6"),
  row("test", "sub", "4 - 4", "0"),
];

test("accuracies of answers without a model are those on the held-out split, all and by kind", () => {
  const task = taskOf(baselineRows([...train, ...circuit, ...tests]), undefined);
  expect(task).toMatchObject({ heldOut: "test", majority: 2 / 3, corruptedAnswer: 1 / 3, nearest: 0 });
  expect([...task.examples]).toEqual([
    ["train", 1],
    ["circuit", 2],
    ["test", 3],
  ]);
  expect([...task.baselinesByKind]).toEqual([
    ["add", { asked: 2, majority: 1, corruptedAnswer: 0, nearest: 0 }],
    ["sub", { asked: 1, majority: 1, corruptedAnswer: 1, nearest: 0 }],
  ]);
  expect(task.example).toEqual({ clean: "5 + 1", corrupted: "5 + 1?", answer: "6", corruptedAnswer: "0" });
});

test("other splits have no such accuracies", () => {
  const rows = baselineRows([...circuit, ...tests]);
  expect(rows.map(({ split, kind, majorityAccuracy }) => [split, kind, majorityAccuracy])).toEqual([
    ["circuit", null, null],
    ["circuit", "sub", null],
    ["circuit", "add", null],
    ["test", null, 2 / 3],
    ["test", "add", 1],
    ["test", "sub", 1],
  ]);
});

test("without a test split, what is held out is the examples that circuits are found on", () => {
  const task = taskOf(baselineRows([...train, ...circuit]), undefined);
  expect(task).toMatchObject({ heldOut: "circuit", majority: 0.5, nearest: 0.5 });
  expect(task.example.clean).toBe("3 - 1");
});

test("a task has an example even if nothing is held out, and there must be one", () => {
  expect(taskOf(baselineRows(train), undefined)).toMatchObject({ heldOut: "circuit", majority: 0 });
  expect(() => taskOf([], "dataset.arrow")).toThrow("the dataset has no examples");
});
