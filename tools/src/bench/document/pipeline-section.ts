/** What a whole experiment takes, and how much of it is useful work. */
import { stagePhases } from "@ft/artifacts";
import { milliseconds, percent } from "../format.ts";
import type { Pipeline } from "../pipeline/measure-pipeline.ts";
import { summarizePipeline } from "../pipeline/pipeline-summary.ts";
import type { StageTrace } from "../pipeline/stage-trace.ts";
import { markdownTable } from "./markdown-table.ts";

const HEAD = ["stage", "wall ms", "CPU ms", ...stagePhases.map((phase) => `${phase}, CPU ms`)];

export function pipelineSection(pipeline: Pipeline): string {
  const { experiment, whole, again, stages } = pipeline;
  const { phases, ...summary } = summarizePipeline(pipeline);
  const all: Pick<StageTrace, "stage" | "phases"> = { stage: "all stages", phases };
  const count = stages.length;
  const inCpu = summary.usefulCpu === undefined ? "" : ` and ${percent(summary.usefulCpu)} of the CPU time`;
  const outsideCpu =
    summary.outsideCpu === undefined
      ? ""
      : ` (${seconds(summary.outsideCpu)} of CPU time in all but the stages)`;
  return [
    `## The whole pipeline: ${experiment}`,
    `\`npm start -- ${experiment}\` with nothing of it in the cache takes ${seconds(whole.wall)}, and with everything there
${seconds(again.wall)}. Useful work is ${percent(summary.usefulWall)} of that time${inCpu}.`,
    [
      `- Starting ${count} processes, imports included: ${seconds(phases.start.cpu)} of CPU time, ${milliseconds(phases.start.cpu / count)} ms each.`,
      `- Opening the backend, in ${summary.backends} of them: ${seconds(phases.backend.cpu)} of CPU time${each(phases.backend.cpu, summary.backends)}.`,
      `- With no stage there, for checks, the build and Nx: ${seconds(summary.outside)}${outsideCpu}.`,
    ].join("\n"),
    markdownTable(HEAD, [...stages, all].map(row), 1),
    `start: Node and imports; inputs: configuration, reading and verifying; model: loading the base model or its tokenizer;
backend: opening it; work: what the stage is for; outputs: writing and checking tables. Stages on a small model may run
at the same time.`,
  ].join("\n\n");
}

function row({ stage, phases }: Pick<StageTrace, "stage" | "phases">): string[] {
  const total = (clock: "cpu" | "wall") => stagePhases.reduce((sum, phase) => sum + phases[phase][clock], 0);
  const shown = (value: number) => (value < 0.5 ? "" : milliseconds(value));
  const own = stagePhases.map((phase) => shown(phases[phase].cpu));
  return [stage, milliseconds(total("wall")), milliseconds(total("cpu")), ...own];
}

function each(cpu: number, count: number): string {
  return count > 0 ? `, ${milliseconds(cpu / count)} ms each` : "";
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
