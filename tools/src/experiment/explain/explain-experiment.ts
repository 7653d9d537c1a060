/** `ft explain`: the expanded stages of an experiment, those that would run again and why, and the cost. */

import { duration, type Experiment, renderRef } from "@ft/artifacts";
import type { StageDefinitions } from "../stage-definitions.ts";
import { type Cost, costOf } from "./cost.ts";
import { type StageState, stageStates } from "./stage-state.ts";

/** The most reasons shown for a stage. */
const MOST_REASONS = 3;

/**
 * @param config whether to print each stage's expanded configuration as well
 * @returns the lines to print
 */
export function explainExperiment(
  experiment: Experiment,
  definitions: StageDefinitions,
  { config = false } = {},
): string[] {
  const states = stageStates(experiment, definitions);
  const width = Math.max(...states.map(({ stage }) => stage.name.length));
  const kinds = Math.max(...states.map(({ stage }) => stage.uses.length));
  const costs = new Map(
    states
      .filter(({ reasons }) => reasons.length > 0)
      .map((state) => [state, costOf(state, experiment, definitions)] as const),
  );
  return [
    `${experiment.name} (model ${experiment.model}, seed ${experiment.seed})`,
    "",
    ...states.flatMap((state) => [
      `  ${state.stage.name.padEnd(width)}  ${state.stage.uses.padEnd(kinds)}  ${describeState(state, experiment)}`,
      ...describeCost(costs.get(state)).map((line) => `  ${" ".repeat(width + kinds + 4)}${line}`),
      ...(config ? describeConfig(state) : []),
    ]),
    "",
    summary(states, [...costs.values()]),
  ];
}

function describeState({ stage, reasons }: StageState, { name }: Experiment): string {
  const shared = stage.home.experiment === name ? "" : ` (${renderRef(stage.home)})`;
  if (reasons.length === 0) return `up to date${shared}`;
  const more = reasons.length > MOST_REASONS ? [`${reasons.length - MOST_REASONS} more reasons`] : [];
  return `runs${shared}: ${[...reasons.slice(0, MOST_REASONS), ...more].join("; ")}`;
}

function describeCost(cost: Cost | undefined): string[] {
  if (cost === undefined) return [];
  const { seconds, from } = cost;
  return [seconds === undefined ? `cost unknown: ${from}` : `about ${duration(seconds * 1000)} (${from})`];
}

function describeConfig({ stage: { config, inputs, run } }: StageState): string[] {
  const roles = Object.entries(inputs).map(([role, refs]) => [role, refs.map(renderRef)]);
  const section = { inputs: Object.fromEntries(roles), config, ...(run !== undefined && { run }) };
  return JSON.stringify(section, null, 2)
    .split("\n")
    .map((line) => `      ${line}`);
}

function summary(states: readonly StageState[], costs: readonly Cost[]): string {
  if (costs.length === 0) return "Nothing runs again.";
  const known = costs.flatMap(({ seconds }) => seconds ?? []);
  const total = known.reduce((sum, seconds) => sum + seconds, 0);
  const unknown = costs.length - known.length;
  const cost = [
    known.length > 0 && `about ${duration(total * 1000)} one after another`,
    unknown > 0 && `${unknown} of unknown cost`,
  ];
  return `${costs.length} of ${states.length} stages run: ${cost.filter(Boolean).join(", ")}. What Nx's cache holds comes back at once.`;
}
