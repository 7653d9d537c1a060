/** The log of a run: rows of metrics, of kinds, of answers and of speed, and sums since the last row. Plain JSON. */
import {
  type AnswerRow,
  type CheckpointKey,
  heldOutSplits,
  type KindRow,
  type MetricsRow,
  type RunKey,
  type SpeedRow,
} from "@ft/artifacts";
import type { Score, ScoreByKind } from "./exact-match.ts";

/** One update. */
export interface UpdateReport {
  step: number;
  /** Passes over the training split so far, including part of the current one. */
  epoch: number;
  learningRate: number;
  /** Mean over the update's supervised tokens, in nats. */
  loss: number;
  gradientNorm: number;
  tokens: number;
  examples: number;
  seconds: number;
}

/** Splits that are scored at checkpoints, in the order of the table of kinds. */
const scoredSplits = ["validation", "circuit", "test"] as const;

/** Scores at a checkpoint; undefined for a split without examples. */
export type Scores<OfSplit extends Score = Score> = Partial<Record<(typeof scoredSplits)[number], OfSplit>>;

export interface RunLog {
  key: RunKey;
  metrics: MetricsRow[];
  /** Rows of every checkpoint. */
  kinds: KindRow[];
  /** Rows of the first and the latest checkpoint. */
  answers: AnswerRow[];
  speed: SpeedRow[];
  /** Scores of the latest checkpoint. */
  scores: Scores;
  since: { updates: number; loss: number; tokens: number; examples: number; seconds: number };
}

const nothing: RunLog["since"] = { updates: 0, loss: 0, tokens: 0, examples: 0, seconds: 0 };

export function startLog({ plan, draw, seed }: RunKey): RunLog {
  const rows = { metrics: [], kinds: [], answers: [], speed: [] };
  return { key: { plan, draw, seed }, ...rows, scores: {}, since: { ...nothing } };
}

/** Adds an update to the sums of the next row. */
export function countUpdate({ since }: RunLog, { loss, tokens, examples, seconds }: UpdateReport): void {
  since.updates++;
  since.loss += loss;
  since.tokens += tokens;
  since.examples += examples;
  since.seconds += seconds;
}

/**
 * Writes a row for everything since the previous row.
 * @param latest the latest update, already added
 * @param scores at a checkpoint
 */
export function logRow(log: RunLog, latest: UpdateReport, scores: Scores<ScoreByKind> = {}): void {
  const { key, since } = log;
  const { step, epoch, learningRate, gradientNorm } = latest;
  log.metrics.push({
    ...key,
    step,
    epoch,
    learningRate,
    loss: since.loss / since.updates,
    gradientNorm,
    circuitLoss: scores.circuit?.loss ?? null,
    circuitAccuracy: scores.circuit?.accuracy ?? null,
    validationLoss: scores.validation?.loss ?? null,
    validationAccuracy: scores.validation?.accuracy ?? null,
    testLoss: scores.test?.loss ?? null,
    testAccuracy: scores.test?.accuracy ?? null,
  });
  const { seconds, tokens, examples } = since;
  log.speed.push({
    ...key,
    step,
    seconds,
    tokensPerSecond: seconds > 0 ? tokens / seconds : 0,
    examplesPerSecond: seconds > 0 ? examples / seconds : 0,
  });
  for (const split of scoredSplits)
    for (const [kind, { questions, accuracy, loss }] of scores[split]?.kinds ?? [])
      log.kinds.push({ ...key, step, split, kind, examples: questions, accuracy, loss });
  if (Object.keys(scores).length > 0)
    log.answers = [...firstAnswers(log), ...answerRows({ ...key, step }, scores)];
  log.scores = withoutExamples(scores);
  log.since = { ...nothing };
}

/** Scores in numbers, as JSON keeps them. */
function withoutExamples(scores: Scores): Scores {
  const measured = scoredSplits.flatMap((split) => {
    const score = scores[split];
    return score ? [[split, { accuracy: score.accuracy, loss: score.loss }]] : [];
  });
  return Object.fromEntries(measured);
}

/** The rows of the first checkpoint; none at the first. */
function firstAnswers({ answers }: RunLog): AnswerRow[] {
  return answers.filter(({ step }) => step === answers[0]!.step);
}

/** The rows of a checkpoint, by split. */
function answerRows(key: CheckpointKey, scores: Scores<ScoreByKind>): AnswerRow[] {
  return heldOutSplits.flatMap((split) => {
    const answers = scores[split]?.answers ?? [];
    if (answers.length === 0) return [];
    const ascending = [...answers].sort((a, b) => a.example - b.example);
    const numbers = (of: typeof ascending) => of.map(({ example }) => example);
    const answered = ascending.filter(({ correct }) => correct);
    return [{ ...key, split, examples: numbers(ascending), answered: numbers(answered) }];
  });
}
