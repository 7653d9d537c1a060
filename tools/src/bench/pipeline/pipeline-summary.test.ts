import { expect, test } from "vitest";
import { pipeline } from "../testing/pipeline.ts";
import { summarizePipeline } from "./pipeline-summary.ts";

test("what is not a stage's work is told apart, by both clocks", () => {
  const { phases, ...rest } = summarizePipeline(pipeline);
  expect(phases.work).toEqual({ cpu: 1000, wall: 1000 });
  expect(phases.start).toEqual({ cpu: 400, wall: 500 });
  expect(rest).toEqual({
    usefulCpu: 0.25,
    usefulWall: 0.25,
    outside: 2400,
    outsideCpu: 2400,
    backends: 1,
  });
});

test("without the CPU time of all processes there is no share of it", () => {
  const { whole } = pipeline;
  const { usefulCpu, outsideCpu } = summarizePipeline({ ...pipeline, whole: { wall: whole.wall } });
  expect([usefulCpu, outsideCpu]).toEqual([undefined, undefined]);
});
