/** What the processes of stages spent their time on, from the traces they leave. */
import { readFileSync } from "node:fs";
import { type StagePhase, stagePhases, type TraceLine } from "@ft/artifacts";

/** Milliseconds of CPU time and of the wall clock. */
export interface Spent {
  cpu: number;
  wall: number;
}

export interface StageTrace {
  stage: string;
  phases: Record<StagePhase, Spent>;
  /** When the process was there, and when at work: from and to, in milliseconds since 1970. */
  alive: Interval;
  working: Interval[];
}

export type Interval = [from: number, to: number];

/** @returns one a process, first started first; those that did not end are left out */
export function readTraces(file: string): StageTrace[] {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return stageTraces(lines.map((line) => JSON.parse(line) as TraceLine));
}

/** {@link readTraces} of a trace's lines, in which processes may alternate. */
export function stageTraces(lines: readonly TraceLine[]): StageTrace[] {
  const processes = new Map<number, TraceLine[]>();
  for (const line of lines) processes.set(line.pid, [...(processes.get(line.pid) ?? []), line]);
  return [...processes.values()]
    .filter((own) => own.at(-1)!.phase === "end")
    .map(traceOf)
    .sort((a, b) => a.alive[0] - b.alive[0]);
}

function traceOf(lines: readonly TraceLine[]): StageTrace {
  const [first, last] = [lines[0]!, lines.at(-1)!];
  const phases = Object.fromEntries(
    stagePhases.map((phase) => [phase, { cpu: 0, wall: 0 }]),
  ) as StageTrace["phases"];
  const working: Interval[] = [];
  lines.slice(0, -1).forEach(({ phase, at, cpu }, i) => {
    const next = lines[i + 1]!;
    const spent = phases[phase as StagePhase];
    spent.cpu += next.cpu - cpu;
    spent.wall += next.at - at;
    if (phase === "work") working.push([at, next.at]);
  });
  return { stage: first.stage, phases, alive: [first.at, last.at], working };
}

/** How long at least one of the intervals lasts, in milliseconds. */
export function covered(intervals: readonly Interval[]): number {
  let total = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const [from, to] of [...intervals].sort(([a], [b]) => a - b)) {
    total += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return total;
}
