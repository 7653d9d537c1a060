import { expect, test } from "vitest";
import { baselines, nearestAnswers } from "./baselines.ts";

const nearest = (asked: string, ...train: [clean: string, answer: string][]) =>
  nearestAnswers(
    [{ clean: asked }],
    train.map(([clean, answer]) => ({ clean, answer })),
  )[0];

test.each<[string, [string, string][], string | undefined]>([
  [
    "the prompt that differs in fewest words",
    [
      ["9 + 6 =", "a"],
      ["2 + 5 =", "b"],
      ["2 + 7 =", "c"],
    ],
    "b",
  ],
  [
    "of those the one whose numbers are closest",
    [
      ["2 + 9 =", "a"],
      ["2 + 5 =", "b"],
      ["7 + 6 =", "c"],
    ],
    "b",
  ],
  [
    "of those the first",
    [
      ["2 + 5 =", "a"],
      ["2 + 7 =", "b"],
    ],
    "a",
  ],
  [
    "numbers, however far, before another word",
    [
      ["2 - 6 =", "a"],
      ["2 + 99 =", "b"],
    ],
    "b",
  ],
  [
    "another word before two numbers",
    [
      ["3 + 7 =", "a"],
      ["2 - 6 =", "b"],
    ],
    "b",
  ],
  [
    "only prompts with as many words",
    [
      ["2 + 6", "a"],
      ["2 + 6 = =", "b"],
      ["1 - 1 =", "c"],
    ],
    "c",
  ],
  [
    "numbers as values, not as digits",
    [
      ["2 + 60 =", "a"],
      ["2 + 8 =", "b"],
    ],
    "b",
  ],
  ["nothing if there is none", [], undefined],
])("the nearest training prompt to 2 + 6 = is %s", (_, train, expected) => {
  expect(nearest("2 + 6 =", ...train)).toBe(expected);
});

const example = (kind: string, clean: string, answer: string, corruptedAnswer = "") => ({
  kind,
  clean,
  answer,
  corruptedAnswer,
});

test("baselines are shares of all examples and of each kind", () => {
  const asked = [
    example("add", "1 + 2 =", "3", "3"),
    example("add", "2 + 2 =", "4"),
    example("sub", "5 - 2 =", "3"),
    example("sub", "6 - 2 =", "4"),
    example("sub", "8 - 1 =", "7"),
  ];
  const train = [
    example("add", "1 + 3 =", "4"),
    example("sub", "5 - 1 =", "4"),
    example("sub", "8 - 2 =", "7"),
  ];
  const { all, kinds } = baselines(asked, train);
  expect(all).toEqual({ asked: 5, majority: 2 / 5, corruptedAnswer: 1 / 5, nearest: 2 / 5 });
  expect([...kinds]).toEqual([
    ["add", { asked: 2, majority: 1 / 2, corruptedAnswer: 1 / 2, nearest: 1 / 2 }],
    ["sub", { asked: 3, majority: 1 / 3, corruptedAnswer: 0, nearest: 1 / 3 }],
  ]);
  expect(baselines([], train).all).toEqual({ asked: 0, majority: 0, corruptedAnswer: 0, nearest: 0 });
});
