/** What a run has logged: rows of metrics and of speed, and what has gathered since the last row. Plain JSON. */
import type { MetricsRow, SpeedRow } from "@ft/artifacts";
import type { Score } from "./exact-match.ts";

/** What one update did. */
export interface UpdateReport {
  step: number;
  /** Passes over the training split so far, the present one in part. */
  epoch: number;
  learningRate: number;
  /** Mean over the update's supervised tokens, in nats. */
  loss: number;
  gradientNorm: number;
  tokens: number;
  examples: number;
  seconds: number;
}

/** Scores taken at a checkpoint; undefined where a split has no example. */
export interface Scores {
  circuit?: Score;
  validation?: Score;
}

export interface RunLog {
  run: string;
  seed: number;
  metrics: MetricsRow[];
  speed: SpeedRow[];
  /** Scores of the latest checkpoint. */
  scores: Scores;
  since: { updates: number; loss: number; tokens: number; examples: number; seconds: number };
}

const nothing: RunLog["since"] = { updates: 0, loss: 0, tokens: 0, examples: 0, seconds: 0 };

export function startLog(run: string, seed: number): RunLog {
  return { run, seed, metrics: [], speed: [], scores: {}, since: { ...nothing } };
}

/** Takes an update into the sums of the coming row. */
export function countUpdate({ since }: RunLog, { loss, tokens, examples, seconds }: UpdateReport): void {
  since.updates++;
  since.loss += loss;
  since.tokens += tokens;
  since.examples += examples;
  since.seconds += seconds;
}

/**
 * Writes a row for all that was counted since the row before.
 * @param latest the latest update, counted already
 * @param scores at a checkpoint
 */
export function logRow(log: RunLog, latest: UpdateReport, scores: Scores = {}): void {
  const { run, seed, since } = log;
  const { step, epoch, learningRate, gradientNorm } = latest;
  log.metrics.push({
    run,
    seed,
    step,
    epoch,
    learningRate,
    loss: since.loss / since.updates,
    gradientNorm,
    heldOutLoss: scores.circuit?.loss ?? null,
    heldOutAccuracy: scores.circuit?.accuracy ?? null,
    validationAccuracy: scores.validation?.accuracy ?? null,
  });
  const { seconds, tokens, examples } = since;
  log.speed.push({
    run,
    seed,
    step,
    seconds,
    tokensPerSecond: seconds > 0 ? tokens / seconds : 0,
    examplesPerSecond: seconds > 0 ? examples / seconds : 0,
  });
  log.scores = scores;
  log.since = { ...nothing };
}
