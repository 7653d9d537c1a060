/** Exact match and loss at the answer's position. */
import type { Ops } from "@ft/backend";
import { batchLogits, type Decoder, layOut, type SupervisedSequence } from "@ft/model";

/** A prompt and the one token that answers it. */
export interface Question {
  /** BOS included. */
  tokens: readonly number[];
  answer: number;
}

export interface Score {
  /** Fraction of questions whose most likely next token is the answer. */
  accuracy: number;
  /** Mean cross entropy of the answers, in nats. */
  loss: number;
}

/** Questions in one pass by default; the scores depend on it only through rounding. */
const BATCH = 250;

/** Scores a decoder on questions; an accuracy and loss of 0 if there are none. */
export function exactMatch(ops: Ops, decoder: Decoder, questions: readonly Question[], batch = BATCH): Score {
  let correct = 0;
  let loss = 0;
  for (let first = 0; first < questions.length; first += batch) {
    const part = questions.slice(first, first + batch);
    ops.scope(() => {
      const laidOut = layOut(part.map(asSequence));
      const logits = batchLogits(ops, decoder, laidOut);
      const answers = ops.read(ops.argMax(logits));
      const { losses } = ops.crossEntropy(logits, ops.tensor(laidOut.targets, [part.length]));
      correct += part.filter(({ answer }, i) => answer === answers[i]).length;
      for (const each of ops.read(losses)) loss += each;
    });
  }
  const count = Math.max(1, questions.length);
  return { accuracy: correct / count, loss: loss / count };
}

/** A question with its answer as the only supervised token. */
export function asSequence({ tokens, answer }: Question): SupervisedSequence {
  return { tokens, targets: [{ position: tokens.length - 1, token: answer }] };
}
