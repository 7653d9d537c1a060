/** What the stages of an experiment take, before any of them has run: each from what those before it are expected to write. */

import {
  type Expected,
  type Experiment,
  modelFolder,
  type Need,
  renderRef,
  repositoryRoot,
  type Stage,
  type StageRef,
  tryConfig,
  UnknownInput,
  UserError,
} from "@ft/artifacts";
import { tokenizerFolder } from "../../model/tokenizer-folder.ts";
import { readRun } from "../find-experiment.ts";
import type { StageDefinitions } from "../stage-definitions.ts";

/** What is known about a stage before it has run. */
export interface StageNeed {
  /** Absent if it takes next to nothing, or if `unknown` says why it is not known. */
  need?: Need;
  unknown?: string;
  /** What it will write, as far as that is known. */
  expected: Expected;
}

/** The needs of stages, each worked out once, in any order. */
export class StageNeeds {
  /** Whether prompts were tokenized by another model's tokenizer, since a model has none yet. */
  otherTokenizer = false;
  readonly #definitions: StageDefinitions;
  readonly #memory: number;
  readonly #known = new Map<string, Promise<StageNeed>>();
  readonly #others = new Map<string, Experiment>();

  /** @param memory bytes that a stage may take */
  constructor(definitions: StageDefinitions, memory: number) {
    this.#definitions = definitions;
    this.#memory = memory;
  }

  of(stage: Stage, experiment: Experiment): Promise<StageNeed> {
    const key = renderRef(stage.home);
    const known = this.#known.get(key) ?? this.#workOut(stage, experiment);
    this.#known.set(key, known);
    return known;
  }

  async #workOut(stage: Stage, experiment: Experiment): Promise<StageNeed> {
    const definition = this.#definitions.get(stage.uses);
    if (stage.run !== undefined) return { unknown: "a command does it", expected: {} };
    const parsed = definition && tryConfig(definition.configSchema, stage.config);
    if (definition?.estimate === undefined || !parsed || "problems" in parsed) return { expected: {} };
    const root = repositoryRoot(experiment.folder);
    const model = modelFolder(experiment.model, root);
    const tokenizer = tokenizerFolder(model, root);
    this.otherTokenizer ||= tokenizer.isOther;
    try {
      return await definition.estimate(parsed.config, {
        folder: experiment.folder,
        model,
        tokenizer: tokenizer.folder,
        seed: experiment.seed,
        memory: this.#memory,
        inputs: await this.#inputs(stage, experiment),
      });
    } catch (error) {
      if (error instanceof UnknownInput) return { unknown: error.message, expected: {} };
      if (error instanceof UserError) return { unknown: error.problem, expected: {} };
      throw error;
    }
  }

  async #inputs({ inputs }: Stage, experiment: Experiment): Promise<Record<string, Expected[]>> {
    const roles = Object.entries(inputs).map(async ([role, refs]) => {
      const known = refs.map(async (ref) => (await this.#read(ref, experiment)).expected);
      return [role, await Promise.all(known)] as const;
    });
    return Object.fromEntries(await Promise.all(roles));
  }

  /** A stage that another one reads, perhaps of another experiment. */
  #read(ref: StageRef, experiment: Experiment): Promise<StageNeed> {
    const isRef = ({ home }: Stage) => renderRef(home) === renderRef(ref);
    const own = [...experiment.stages.values()].find(isRef);
    if (own) return this.of(own, experiment);
    const other = this.#others.get(ref.experiment) ?? readRun(ref.experiment, experiment.folder);
    this.#others.set(ref.experiment, other);
    return this.of([...other.stages.values()].find(isRef)!, other);
  }
}
