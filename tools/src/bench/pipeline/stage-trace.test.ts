import type { TraceLine } from "@ft/artifacts";
import { expect, test } from "vitest";
import { covered, stageTraces } from "./stage-trace.ts";

const line = (pid: number, phase: TraceLine["phase"], at: number, cpu: number): TraceLine => ({
  stage: `stage ${pid}`,
  pid,
  phase,
  at,
  cpu,
});

test("a phase's time is until the next mark, summed over all its marks; processes may alternate", () => {
  const traces = stageTraces([
    line(2, "start", 20, 0),
    line(1, "start", 10, 0),
    line(1, "inputs", 12, 1),
    line(2, "work", 25, 2),
    line(1, "work", 15, 3),
    line(1, "inputs", 30, 10),
    line(2, "end", 40, 9),
    line(1, "end", 31, 11),
  ]);
  expect(traces.map(({ stage }) => stage)).toEqual(["stage 1", "stage 2"]);
  expect(traces[0]!.phases).toMatchObject({
    start: { cpu: 1, wall: 2 },
    inputs: { cpu: 3, wall: 4 },
    work: { cpu: 7, wall: 15 },
    backend: { cpu: 0, wall: 0 },
  });
  expect(traces[0]!.alive).toEqual([10, 31]);
  expect(traces[0]!.working).toEqual([[15, 30]]);
});

test("a process that was cut off is left out", () => {
  expect(stageTraces([line(1, "start", 0, 0), line(1, "work", 1, 1)])).toEqual([]);
});

test("time that intervals have in common counts once", () => {
  expect(
    covered([
      [5, 8],
      [0, 3],
      [1, 2],
      [7, 10],
    ]),
  ).toBe(8);
});
