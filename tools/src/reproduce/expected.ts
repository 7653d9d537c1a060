/**
 * How long stages of the reproduction are expected to take: counted work times the cost of a unit of it on the machine that
 * the budget was set on, where `npm start` takes 245 s on two cores. Seconds are of one core: stages on small models take one
 * each. `ft explain` estimates from measurements alone; this is for a machine on which nothing has run.
 */
import { recordedDuration, type Stage, type StageRef, tryConfig } from "@ft/artifacts";
import type { StageDefinitions } from "../experiment/stage-definitions.ts";

/** Start of a stage: Node, the packages, the backend. */
const START = 1.5;
/** Shorter stages do not tell how fast a machine is. */
const LEAST = 5;
/** Per example and epoch. */
const TRAINING = 0.0007;
/** Per prompt that is answered, at a checkpoint. */
const ANSWER = 0.00015;
/** Per pair and step of integrated gradients, at a checkpoint. */
const GRADIENT = 0.0005;
/** Per pair and bootstrap resample or half: sums of what was computed already. */
const SAMPLE = 0.0006;
/** Per pair whose edges are all patched. */
const PATCHING = 0.3;
/** Per circuit and pair. */
const EVALUATION = 0.00018;

/** Cost of an example of each task, relative to add-sub: its prompts are longer, or share less. */
const TASK_COST: Readonly<Record<string, number>> = { sequence: 2, lcm: 2, function: 3.5, composition: 1.2 };

/** Keys of stages' configurations that decide how much is computed. */
interface Config {
  seeds: number[];
  epochs: number;
  learningRates: number[];
  selectionSeeds?: number[];
  checkpoints: unknown;
  samples?: { halves?: number; splits?: number; bootstrap?: number; perturbed?: number[] };
  steps: number;
  method: string;
  model: unknown;
  examples?: number;
  plans: { method: string; draws?: number; seeds?: number[] }[];
  fraction: number;
  fractions: unknown;
  random: number;
  randomNodes: number;
  task?: string;
  split: { circuit: number; validation: number; test: number };
}

/** Finds a stage where it is computed. */
export type FindStage = (ref: StageRef) => Stage | undefined;

/** Expected seconds of stages. */
export class Expectation {
  readonly #find: FindStage;
  readonly #definitions: StageDefinitions;

  constructor(find: FindStage, definitions: StageDefinitions) {
    this.#find = find;
    this.#definitions = definitions;
  }

  /** Seconds of one core that a stage is expected to take. */
  secondsOf(stage: Stage): number {
    return START + this.#work(stage);
  }

  /**
   * The speed of this machine: measured over expected seconds of longer stages that have run here; 1 if none has.
   *
   * @param root of the repository
   */
  speed(root: string, stages: Iterable<Stage>): number {
    let [measured, expected] = [0, 0];
    for (const stage of stages) {
      const seconds = recordedDuration(root, stage.home.experiment, stage.home.stage);
      const wanted = this.secondsOf(stage);
      if (seconds === undefined || wanted < LEAST) continue;
      measured += seconds;
      expected += wanted;
    }
    return expected > 0 ? measured / expected : 1;
  }

  #work(stage: Stage): number {
    const data = this.#data(stage);
    if (!data) return 0;
    if (stage.uses === "train") return this.#training(stage, data);
    if (stage.uses === "attribute") return this.#attribution(stage, data);
    return stage.uses === "evaluate" ? this.#evaluation(stage, data) : 0;
  }

  #training(stage: Stage, { cost, train, scored }: Data): number {
    const { seeds, epochs, learningRates, selectionSeeds, checkpoints } = this.#config(stage);
    const plans = (stage.inputs.plan ?? []).flatMap((ref) => this.#configAt(ref)?.plans ?? []);
    const runs = plans.reduce(
      (sum, plan) => sum + (plan.method === "placement" ? PLACEMENTS : 1) * (plan.seeds ?? seeds).length,
      0,
    );
    const chosen = stage.inputs.rates ? 0 : learningRates.length * (selectionSeeds?.length ?? 2);
    const probes = (stage.inputs.probe ?? []).reduce((sum, ref) => sum + this.#runsOf(ref), 0);
    const training = TRAINING * cost * train * epochs * (1 + probes);
    return (runs + chosen) * (training + ANSWER * cost * scored * countOf(checkpoints));
  }

  #attribution(stage: Stage, { cost, circuit }: Data): number {
    const { method, steps, samples = {}, examples, checkpoints, model } = this.#config(stage);
    const pairs = Math.min(circuit, examples ?? circuit);
    const scored = this.#checkpoints(stage, model === "random" ? 1 : checkpoints);
    if (method === "exact") return scored * pairs * PATCHING * cost;
    const { halves = 0, splits = 0, bootstrap = 0, perturbed = [] } = samples;
    const resampled = 2 * halves + splits + bootstrap;
    return scored * pairs * cost * (GRADIENT * steps * (1 + perturbed.length / 2) + SAMPLE * resampled);
  }

  #evaluation(stage: Stage, { cost, circuit }: Data): number {
    const { model } = this.#config(stage);
    const source = (stage.inputs.circuits ?? []).flatMap((ref) => this.#find(ref) ?? [])[0];
    if (!source) return 0;
    const { fractions, random = 0, randomNodes = 0 } = this.#config(source);
    const found = 1 + (Array.isArray(fractions) ? fractions.length : 0);
    const [scores] = (source.inputs.scores ?? []).flatMap((ref) => this.#find(ref) ?? []);
    const config = scores && this.#config(scores);
    const steps = config?.model === "random" ? 1 : (config?.checkpoints ?? "ends");
    const models = [model].flat().length;
    const circuits = found * models + random + randomNodes;
    return this.#checkpoints(stage, steps) * circuits * circuit * EVALUATION * cost;
  }

  /** Scored checkpoints of all runs of the train stage that a stage reads. */
  #checkpoints(stage: Stage, which: unknown): number {
    const [train] = (stage.inputs.train ?? []).flatMap((ref) => this.#find(ref) ?? []);
    if (!train) return 0;
    const { seeds, checkpoints } = this.#config(train);
    const each = which === "all" ? countOf(checkpoints) : which === 1 ? 1 : 2;
    return seeds.length * each;
  }

  /** Runs whose circuits a stage selects. */
  #runsOf(ref: StageRef): number {
    const [scores] = (this.#find(ref)?.inputs.scores ?? []).flatMap((own) => this.#find(own) ?? []);
    const [train] = (scores?.inputs.train ?? []).flatMap((own) => this.#find(own) ?? []);
    return train ? this.#config(train).seeds.length : 0;
  }

  #data(stage: Stage): Data | undefined {
    const [ref] = stage.inputs.data ?? [];
    const config = ref && this.#configAt(ref);
    if (!config) return undefined;
    const { task = "", examples = 0, split } = config;
    const { circuit, validation, test } = split;
    return {
      cost: TASK_COST[task] ?? 1,
      train: examples * (1 - circuit - validation - test),
      circuit: examples * circuit,
      scored: examples * (circuit + validation + test),
    };
  }

  #configAt(ref: StageRef): Config | undefined {
    const stage = this.#find(ref);
    return stage && this.#config(stage);
  }

  /** With the defaults of its kind. */
  #config({ uses, config }: Stage): Config {
    const schema = this.#definitions.get(uses)?.configSchema;
    const parsed = schema && tryConfig(schema, config);
    return (parsed && "config" in parsed ? parsed.config : config) as Config;
  }
}

/** Examples of a dataset, and the cost of one. */
interface Data {
  cost: number;
  train: number;
  circuit: number;
  /** Answered at every checkpoint of training. */
  scored: number;
}

/** Layers of the embedded base model: runs of a placement scan per seed. */
const PLACEMENTS = 8;

/** Checkpoints of a run; ends for those that are not counted. */
function countOf(checkpoints: unknown): number {
  return typeof checkpoints === "object" && checkpoints !== null && "count" in checkpoints
    ? Number(checkpoints.count)
    : 2;
}
