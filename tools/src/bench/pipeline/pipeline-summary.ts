/** What a pipeline's measurement says in a few numbers, all of them in milliseconds or shares. */
import { type StagePhase, stagePhases } from "@ft/artifacts";
import type { Pipeline } from "./measure-pipeline.ts";
import { covered, type Spent } from "./stage-trace.ts";

export interface PipelineSummary {
  /** Of all stages together, by phase. */
  phases: Record<StagePhase, Spent>;
  /** Useful work over the CPU time of everything, where that is known. */
  usefulCpu: number | undefined;
  /** How much of the time some stage was at work. */
  usefulWall: number;
  /** Wall-clock time with no stage there: checks, the build and Nx. */
  outside: number;
  /** CPU time of everything that is no stage, where known. */
  outsideCpu: number | undefined;
  /** How many processes opened the backend. */
  backends: number;
}

export function summarizePipeline({ stages, whole }: Pipeline): PipelineSummary {
  const phases = Object.fromEntries(
    stagePhases.map((phase) => [
      phase,
      {
        cpu: stages.reduce((sum, stage) => sum + stage.phases[phase].cpu, 0),
        wall: stages.reduce((sum, stage) => sum + stage.phases[phase].wall, 0),
      },
    ]),
  ) as PipelineSummary["phases"];
  const stagesCpu = stagePhases.reduce((sum, phase) => sum + phases[phase].cpu, 0);
  return {
    phases,
    usefulCpu: whole.cpu === undefined ? undefined : phases.work.cpu / whole.cpu,
    usefulWall: covered(stages.flatMap(({ working }) => working)) / whole.wall,
    outside: whole.wall - covered(stages.map(({ alive }) => alive)),
    outsideCpu: whole.cpu === undefined ? undefined : whole.cpu - stagesCpu,
    backends: stages.filter((stage) => stage.phases.backend.wall > 0).length,
  };
}
