/** Where the time of a stage's process goes, told to whoever asks for it. Nothing of it reaches a stage's output. */
import { appendFileSync } from "node:fs";

/**
 * What a stage's process spends its time on, each until the next is marked. start: Node and imports. inputs: configuration,
 * reading and verifying. model: loading the base model or its tokenizer. backend: opening it. work: what the stage is for.
 * outputs: writing and checking tables.
 */
export const stagePhases = ["start", "inputs", "model", "backend", "work", "outputs"] as const;
export type StagePhase = (typeof stagePhases)[number];

/** A line of a trace: from here on the process is in a phase, or has ended. */
export interface TraceLine {
  stage: string;
  pid: number;
  phase: StagePhase | "end";
  /** Milliseconds since 1970. */
  at: number;
  /** CPU milliseconds of the process so far. */
  cpu: number;
}

let stage: string | undefined;

/** Begins to trace this process, if the environment's FT_TRACE names a file: marks are appended to it as JSON, one a line. */
export function traceStage(name: string): void {
  if (!process.env.FT_TRACE || stage !== undefined) return;
  stage = name;
  append("start", performance.timeOrigin, 0);
  process.once("exit", () => append("end", now(), cpuMilliseconds()));
}

/** Says that what comes now belongs to a phase. Does nothing where nothing is traced. */
export function mark(phase: StagePhase): void {
  if (stage !== undefined) append(phase, now(), cpuMilliseconds());
}

function append(phase: TraceLine["phase"], at: number, cpu: number): void {
  const line: TraceLine = { stage: stage!, pid: process.pid, phase, at, cpu };
  appendFileSync(process.env.FT_TRACE!, `${JSON.stringify(line)}\n`);
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
