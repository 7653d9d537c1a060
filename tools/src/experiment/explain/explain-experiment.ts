/** `ft explain`: the expanded stages of an experiment, those that would run again and why, with their time and memory. */

import {
  counted,
  describeMemory,
  duration,
  type Experiment,
  formatBytes,
  memoryBudget,
  modelFolder,
  renderRef,
  repositoryRoot,
  totalBytes,
  UserError,
} from "@ft/artifacts";
import { countParameters, loadModelConfig, type ModelConfig } from "@ft/model";
import type { StageDefinitions } from "../stage-definitions.ts";
import { type Cost, costOf } from "./cost.ts";
import { type StageNeed, StageNeeds } from "./needs.ts";
import { isBusy, type Rates, ratesFor, secondsOf } from "./rates.ts";
import { type StageState, stageStates } from "./stage-state.ts";

/** The most reasons shown for a stage. */
const MOST_REASONS = 3;

/** A stage that runs, with what it takes. */
export interface Foreseen {
  state: StageState;
  need: Pick<StageNeed, "need" | "unknown">;
  cost: Cost;
}

/** What running an experiment would take. */
export interface Foresight {
  experiment: Experiment;
  states: StageState[];
  /** Those that run. */
  stages: Foreseen[];
  /** Bytes that a stage may take. */
  memory: number;
  /** How fast the machine is, if that was needed. */
  rates?: Rates;
  /** Whether prompts were tokenized by another model's tokenizer. */
  otherTokenizer: boolean;
}

/**
 * Works out what running an experiment would take. If the time of a stage cannot be told from earlier runs, the speed of this
 * machine is measured, once for the model's widths.
 *
 * @param note called before the speed is measured
 */
export async function foresee(
  experiment: Experiment,
  definitions: StageDefinitions,
  note: (text: string) => void = () => {},
): Promise<Foresight> {
  const root = repositoryRoot(experiment.folder);
  const memory = memoryBudget();
  const states = stageStates(experiment, definitions);
  const needs = new StageNeeds(definitions, memory);
  const config = await readConfig(modelFolder(experiment.model, root));
  const stages: Foreseen[] = [];
  let rates: Rates | undefined;
  for (const state of states.filter(({ reasons }) => reasons.length > 0)) {
    const need: Foreseen["need"] = config ? await needs.of(state.stage, experiment) : {};
    const cost = await costOf(state, experiment, definitions, async () => {
      if (!config || !need.need) return undefined;
      rates ??= await ratesFor(root, config, note);
      return secondsOf(need.need, countParameters(config), rates);
    });
    stages.push({ state, need, cost });
  }
  return {
    ...{ experiment, states, stages, memory, otherTokenizer: needs.otherTokenizer },
    ...(rates && { rates }),
  };
}

/** The model's config; undefined if it cannot be read, which the stages say. */
async function readConfig(folder: string): Promise<ModelConfig | undefined> {
  try {
    return await loadModelConfig(folder);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/**
 * @param config whether to print each stage's expanded configuration as well
 * @returns the lines to print
 */
export function describeForesight(foresight: Foresight, { config = false } = {}): string[] {
  const { experiment, states, stages, memory } = foresight;
  const width = Math.max(...states.map(({ stage }) => stage.name.length));
  const kinds = Math.max(...states.map(({ stage }) => stage.uses.length));
  const foreseen = new Map(stages.map((one) => [one.state, one]));
  return [
    `${experiment.name} (model ${experiment.model}, seed ${experiment.seed})`,
    "",
    ...states.flatMap((state) => [
      `  ${state.stage.name.padEnd(width)}  ${state.stage.uses.padEnd(kinds)}  ${describeState(state, experiment)}`,
      ...describeStage(foreseen.get(state), memory).map(
        (line) => `  ${" ".repeat(width + kinds + 4)}${line}`,
      ),
      ...(config ? describeConfig(state) : []),
    ]),
    "",
    ...summary(foresight),
  ];
}

/** The stages that do not fit, with their sizes. */
export function unfitStages({ stages, memory }: Pick<Foresight, "stages" | "memory">): Foreseen[] {
  return stages.filter(({ need }) => need.need && totalBytes(need.need.memory) > memory);
}

function describeState({ stage, reasons }: StageState, { name }: Experiment): string {
  const shared = stage.home.experiment === name ? "" : ` (${renderRef(stage.home)})`;
  if (reasons.length === 0) return `up to date${shared}`;
  const more = reasons.length > MOST_REASONS ? [`${reasons.length - MOST_REASONS} more reasons`] : [];
  return `runs${shared}: ${[...reasons.slice(0, MOST_REASONS), ...more].join("; ")}`;
}

function describeStage(foreseen: Foreseen | undefined, budget: number): string[] {
  if (foreseen === undefined) return [];
  const { cost, need } = foreseen;
  const memory = need.need?.memory ?? [];
  const bytes = totalBytes(memory);
  const holds = memory.length > 0 ? `, ${formatBytes(bytes)}` : "";
  const unknown = cost.seconds === undefined ? `time unknown: ${need.unknown ?? cost.from}` : "";
  return [
    unknown || `about ${describeSeconds(cost)}${holds} (${cost.from})`,
    ...(bytes > budget ? [`does not fit into ${formatBytes(budget)}: ${describeMemory(memory)}`] : []),
  ];
}

function describeSeconds({ seconds = 0, cpu }: Cost): string {
  const time = duration(seconds * 1000);
  return cpu === undefined || Math.abs(cpu / seconds - 1) < 0.1
    ? time
    : `${time} (CPU ${duration(cpu * 1000)})`;
}

function describeConfig({ stage: { config, inputs, run } }: StageState): string[] {
  const roles = Object.entries(inputs).map(([role, refs]) => [role, refs.map(renderRef)]);
  const section = { inputs: Object.fromEntries(roles), config, ...(run !== undefined && { run }) };
  return JSON.stringify(section, null, 2)
    .split("\n")
    .map((line) => `      ${line}`);
}

function summary({ states, stages, rates, memory, otherTokenizer }: Foresight): string[] {
  if (stages.length === 0) return ["Nothing runs again."];
  const costs = stages.map(({ cost }) => cost);
  const known = costs.filter(({ seconds }) => seconds !== undefined);
  const seconds = known.reduce((sum, cost) => sum + cost.seconds!, 0);
  const cpu = known.reduce((sum, cost) => sum + (cost.cpu ?? cost.seconds!), 0);
  const unknown = costs.length - known.length;
  const most = Math.max(...stages.map(({ need }) => totalBytes(need.need?.memory ?? [])));
  const cost = [
    known.length > 0 && `about ${describeSeconds({ seconds, cpu, from: "" })} one after another`,
    most > 0 && `at most ${formatBytes(most)} of ${formatBytes(memory)}`,
    unknown > 0 && `${unknown} of unknown time`,
  ];
  return [
    `${costs.length} of ${states.length} stages run: ${cost.filter(Boolean).join(", ")}. What Nx's cache holds comes back at once.`,
    ...(rates ? [describeRates(rates)] : []),
    ...(otherTokenizer
      ? ["The model has no tokenizer yet: prompts are counted in the tokens of models/nano."]
      : []),
  ];
}

/** Where counted work gets its time from. */
function describeRates(rates: Rates): string {
  const { speeds, at, load, threads } = rates;
  const busy = isBusy(rates);
  const each = Object.entries(speeds).map(
    ([kind, { wall, cpu }]) => `${kind} ${Math.round(1e-9 / (busy ? cpu / threads : wall))}`,
  );
  const how = busy ? `; the machine was busy (load ${load.toFixed(1)}), so processor time was counted` : "";
  return `Speed of this machine, measured ${at} UTC with ${counted(threads, "thread")}: ${each.join(", ")} GFLOP/s${how}.`;
}
