/** Exact match and loss at the answer's position, of all questions and by their kind. */
import type { Ops } from "@ft/backend";
import { batchLogits, type Decoder, layOut, type SupervisedSequence } from "@ft/model";

/** A prompt and the one token that answers it. */
export interface Question {
  /** BOS included. */
  tokens: readonly number[];
  answer: number;
  /** Which of the task's templates made it, such as "add". */
  kind: string;
  /** Its number in the dataset. */
  example: number;
}

export interface Score {
  /** Fraction of questions whose most likely next token is the answer. */
  accuracy: number;
  /** Mean cross entropy of the answers, in nats. */
  loss: number;
}

/** The score of a number of questions. */
export interface CountedScore extends Score {
  questions: number;
}

export interface ScoreByKind extends Score {
  /** The same for each kind of question, in the order in which they first occur. */
  kinds: Map<string, CountedScore>;
  /** Whether each question was answered, in the order given. */
  answers: Answer[];
}

/** Whether a question was answered. */
export type Answer = Pick<QuestionResult, "example" | "correct">;

/** Questions in one pass by default; the scores depend on it only through rounding. */
export const SCORING_BATCH = 250;

/** Scores a decoder on questions; an accuracy and loss of 0 if there are none. */
export function exactMatch(
  ops: Ops,
  decoder: Decoder,
  questions: readonly Question[],
  batch = SCORING_BATCH,
): ScoreByKind {
  const results = questionResults(ops, decoder, questions, batch);
  const kinds = [...new Set(results.map(({ kind }) => kind))];
  const { accuracy, loss } = meanOf(results);
  const ofKind = (wanted: string) => meanOf(results.filter(({ kind }) => kind === wanted));
  return {
    accuracy,
    loss,
    kinds: new Map(kinds.map((kind) => [kind, ofKind(kind)])),
    answers: results.map(({ example, correct }) => ({ example, correct })),
  };
}

interface QuestionResult {
  example: number;
  kind: string;
  correct: boolean;
  /** Cross entropy of the answer, in nats. */
  loss: number;
}

function questionResults(
  ops: Ops,
  decoder: Decoder,
  questions: readonly Question[],
  batch: number,
): QuestionResult[] {
  const results: QuestionResult[] = [];
  for (let first = 0; first < questions.length; first += batch) {
    const part = questions.slice(first, first + batch);
    ops.scope(() => {
      const laidOut = layOut(part.map(asSequence));
      const logits = batchLogits(ops, decoder, laidOut);
      const answers = ops.read(ops.argMax(logits));
      const { losses } = ops.crossEntropy(logits, ops.tensor(laidOut.targets, [part.length]));
      const each = ops.read(losses);
      for (const [i, { answer, kind, example }] of part.entries())
        results.push({ example, kind, correct: answers[i] === answer, loss: each[i]! });
    });
  }
  return results;
}

function meanOf(results: readonly QuestionResult[]): CountedScore {
  const count = Math.max(1, results.length);
  return {
    questions: results.length,
    accuracy: results.filter(({ correct }) => correct).length / count,
    loss: results.reduce((sum, { loss }) => sum + loss, 0) / count,
  };
}

/** A question with its answer as the only supervised token. */
export function asSequence({ tokens, answer }: Pick<Question, "tokens" | "answer">): SupervisedSequence {
  return { tokens, targets: [{ position: tokens.length - 1, token: answer }] };
}
