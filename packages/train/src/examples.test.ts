import { expect, test } from "vitest";
import { superviseQuestion } from "./examples.ts";

const question = { tokens: [1, 5, 6], answer: 7 };

test("by default only the answer is supervised, at the prompt's last position", () => {
  expect(superviseQuestion(question, { supervise: "answer", padTo: 32 }, 0)).toEqual({
    tokens: [1, 5, 6],
    targets: [{ position: 2, token: 7 }],
  });
});

test("the paper's code also supervises the padding after the answer", () => {
  expect(superviseQuestion(question, { supervise: "answer-and-padding", padTo: 6 }, 0)).toEqual({
    tokens: [1, 5, 6, 7, 0],
    targets: [
      { position: 2, token: 7 },
      { position: 3, token: 0 },
      { position: 4, token: 0 },
    ],
  });
});

test("an example of exactly `padTo` tokens has no padding, a longer one is refused", () => {
  const { targets } = superviseQuestion(question, { supervise: "answer-and-padding", padTo: 4 }, 0);
  expect(targets).toEqual([{ position: 2, token: 7 }]);
  expect(() => superviseQuestion(question, { supervise: "answer-and-padding", padTo: 3 }, 0)).toThrow(
    /longer than `padTo`.*4 tokens, padTo 3/s,
  );
});
