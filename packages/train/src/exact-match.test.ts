import { type Ops, openBackend } from "@ft/backend";
import { batchLogits, layOut, loadDecoder } from "@ft/model";
import { beforeAll, expect, test } from "vitest";
import { exactMatch } from "./exact-match.ts";
import { toQuestion } from "./examples.ts";
import { tinyDataset, tinyModel } from "./testing/tiny.ts";

let ops: Ops;
beforeAll(async () => {
  ops = await openBackend();
});

test("scores are those of each question alone, whatever the batch", () => {
  const { config, weights } = tinyModel(3);
  const { decoder, dispose } = loadDecoder(ops, config, weights);
  const questions = tinyDataset().map(toQuestion);
  let correct = 0;
  const answers: { example: number; correct: boolean }[] = [];
  let loss = 0;
  for (const { tokens, answer, example } of questions) {
    const logits = ops.scope(() => {
      const batch = layOut([{ tokens, targets: [{ position: tokens.length - 1, token: answer }] }]);
      return [...ops.read(batchLogits(ops, decoder, batch))];
    });
    const largest = Math.max(...logits);
    const isCorrect = logits.indexOf(largest) === answer;
    if (isCorrect) correct++;
    answers.push({ example, correct: isCorrect });
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
    loss += largest + Math.log(total) - logits[answer]!;
  }
  const before = ops.liveTensors;
  for (const batch of [7, 250]) {
    const score = exactMatch(ops, decoder, questions, batch);
    expect(score.answers).toEqual(answers);
    expect(score.accuracy).toBe(correct / questions.length);
    expect(score.loss).toBeCloseTo(loss / questions.length, 5);
  }
  expect(ops.liveTensors).toBe(before);
  dispose();
});

test("scores by kind are those of the kind's questions alone", () => {
  const { config, weights } = tinyModel(3);
  const { decoder, dispose } = loadDecoder(ops, config, weights);
  const questions = tinyDataset().map((row, i) => ({ ...toQuestion(row), kind: i % 3 === 1 ? "b" : "a" }));
  const { kinds } = exactMatch(ops, decoder, questions, 7);
  expect([...kinds.keys()]).toEqual(["a", "b"]);
  for (const [kind, score] of kinds) {
    const own = questions.filter((question) => question.kind === kind);
    const alone = exactMatch(ops, decoder, own);
    expect(score.questions).toBe(own.length);
    expect(score.accuracy).toBe(alone.accuracy);
    expect(score.loss).toBeCloseTo(alone.loss, 5);
  }
  expect(kinds.get("a")!.loss).not.toBeCloseTo(kinds.get("b")!.loss, 3);
  dispose();
});

test("without questions accuracy is 0", () => {
  const { config, weights } = tinyModel();
  const { decoder, dispose } = loadDecoder(ops, config, weights);
  expect(exactMatch(ops, decoder, [])).toEqual({ accuracy: 0, loss: 0, kinds: new Map(), answers: [] });
  dispose();
});
