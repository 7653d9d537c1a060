/** Every reader that is fuzzed. A new one is a line in a file of this folder. */
import { didYouMean, UserError } from "@ft/artifacts";
import type { Target } from "../target.ts";
import { experiments } from "./experiments.ts";
import { models } from "./models.ts";
import { prompts } from "./prompts.ts";
import { tables } from "./tables.ts";

export const targets: readonly Target[] = [...tables, ...models, ...experiments, ...prompts];

/** @throws UserError if there is no target of the name */
export function findTarget(name: string): Target {
  const found = targets.find((target) => target.name === name);
  if (found) return found;
  const names = targets.map((target) => target.name);
  throw new UserError(`there is no reader \`${name}\` to fuzz${didYouMean(name, names)}`, {
    remedy: `there are ${names.join(", ")}`,
  });
}
