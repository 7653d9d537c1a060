/** The tasks and their prompts as the command line shows them, without an experiment. */
import { type DatasetRow, parseConfig } from "@ft/artifacts";
import { openTokenizer } from "@ft/model";
import { z } from "zod";
import { buildDataset } from "./build-dataset.ts";
import { configSchema } from "./config.ts";
import type { Defaults } from "./task.ts";
import { tasks } from "./tasks/index.ts";

/** One option of a task. */
export interface OptionListing {
  name: string;
  description: string;
  default: unknown;
  /** The allowed values, if it is an enumeration. */
  values?: readonly string[];
}

export interface TaskListing extends Defaults {
  name: string;
  description: string;
  options: OptionListing[];
}

/** Every task with its options, and the numbers it gives with default options. */
export function listTasks(): TaskListing[] {
  return tasks.map(({ name, description, options, sampler }) => ({
    name,
    description,
    ...sampler({}).defaults,
    options: listOptions(options),
  }));
}

function listOptions(options: z.ZodObject): OptionListing[] {
  const { properties = {} } = z.toJSONSchema(options, { io: "input" });
  return Object.entries(properties).map(([name, property]) => {
    const { description = "", default: preset, enum: values } = property as z.core.JSONSchema.JSONSchema;
    const listing = { name, description, default: preset };
    return values === undefined ? listing : { ...listing, values: values.map(String) };
  });
}

export interface PreviewRequest {
  /** Folder of the base model whose tokenizer decides. */
  model: string;
  /** @default 0 */
  seed?: number;
  /** A data stage's configuration; whole numbers in `options` may be given as text, as on a command line. */
  config: { options?: Record<string, unknown> } & Record<string, unknown>;
  /** Called with each message about pairs that were rejected. */
  note?(text: string): void;
}

/**
 * The rows that an experiment with this configuration, model and seed would have in its dataset.
 * @throws UserError for a configuration, tokenizer or file that cannot be used
 */
export async function preview({ model, seed = 0, config, note }: PreviewRequest): Promise<DatasetRow[]> {
  const options = config.options && Object.fromEntries(Object.entries(config.options).map(wholeNumber));
  const parsed = parseConfig(configSchema, options ? { ...config, options } : config);
  const { tokenizer, config: limits } = await openTokenizer(model);
  const { rows } = await buildDataset(parsed, { tokenizer, limits, seed, note });
  return rows;
}

function wholeNumber([name, value]: [string, unknown]): [string, unknown] {
  return [name, typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value];
}
