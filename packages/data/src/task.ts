/** What a task is: a description, documented options, and a rule that draws one pair of prompts at a time. */
import type { Random } from "@ft/artifacts";
import type { Join } from "@ft/model";
import type { z } from "zod";

/** A pair of prompts as a task proposes it. Whether it can be used is decided later, with the model's tokenizer. */
export interface Candidate {
  /** Which of the task's templates made it, such as "add" or "sub". */
  kind: string;
  clean: string;
  /** The prompt with the smallest change that changes its answer. */
  corrupted: string;
  /** The answer to `clean`, without the space before it. */
  answer: string;
  /**
   * The answer to `corrupted`, or the wrong answer that the literature compares with; left out if there is neither. A pair with
   * two equal answers is rejected.
   */
  corruptedAnswer?: string;
  /** What is between the prompts and their answers if the task leaves no choice. @default as configured */
  join?: Join;
  /** The question of `clean` if several prompts ask the same, such as 5 * 12 and 12 * 5. No two splits share one. @default clean */
  question?: string;
  /** Words of the two prompts that must be one token each, after a space. @default none */
  terms?: readonly string[];
  /** Words of the prompts, each as two parts of which the second must be one token after the first. @default none */
  parts?: readonly (readonly [string, string])[];
}

/** A task's default numbers. */
export interface Defaults {
  /** Number of examples over all splits. */
  examples: number;
  /** Fraction of the examples that circuits are found on, and that results are on if there is no test split. */
  circuit: number;
  /** Fraction that chooses learning rates. @default 0.05 */
  validation?: number;
  /** Fraction that is for results alone. @default 0 */
  test?: number;
}

/** For a task with room for them: 500 examples to choose learning rates with, 1,000 for results alone. */
export const AMPLE = { examples: 6_250, circuit: 0.16, validation: 0.08, test: 0.16 } as const;

/** The definition of one task; `Options` is the schema of its options, each with a description and a default. */
export interface TaskDefinition<Options extends z.ZodObject> {
  /** Its name in experiment.json, in kebab case. */
  name: string;
  /** One sentence for people. */
  description: string;
  options: Options;
  defaults(options: z.output<Options>): Defaults;
  /** The kinds of which there must be equally many. @default no balance: kinds come as they are drawn */
  balanced?(options: z.output<Options>): readonly string[];
  /** Whether the corrupted prompt's answer must be one token too. @default false */
  corruptedAnswerIsToken?: boolean;
  /** Draws one pair, or nothing if what was drawn has no pair: it is then called again. */
  sample(random: Random, options: z.output<Options>): Candidate | undefined;
}

/** A task with resolved options. */
export interface Sampler {
  task: string;
  /** The options with every default filled in, as recorded in the manifest. */
  options: Record<string, unknown>;
  defaults: Defaults;
  /** The kinds of which there must be equally many; empty if it does not matter. */
  balanced: readonly string[];
  corruptedAnswerIsToken: boolean;
  sample(random: Random): Candidate | undefined;
}

/** A task as the registry holds it, whatever its options are. */
export interface Task {
  name: string;
  description: string;
  options: z.ZodObject;
  /** Resolves the options. @throws ZodError if they do not fit the schema */
  sampler(options: unknown): Sampler;
}

/** Declares a task; the type of its options follows from their schema. */
export function defineTask<Options extends z.ZodObject>(definition: TaskDefinition<Options>): Task {
  const { name, description, options: schema } = definition;
  return {
    name,
    description,
    options: schema,
    sampler(given) {
      const options = schema.parse(given);
      return {
        task: name,
        options,
        defaults: definition.defaults(options),
        balanced: definition.balanced?.(options) ?? [],
        corruptedAnswerIsToken: definition.corruptedAnswerIsToken ?? false,
        sample: (random) => definition.sample(random, options),
      };
    },
  };
}
