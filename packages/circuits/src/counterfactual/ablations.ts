/** What an edge outside a circuit carries instead of its source's output. */
import { didYouMean, UserError } from "@ft/artifacts";

/** Every ablation with what an edge then carries, for people. */
export const ablations = {
  patching: "the corrupted prompt's activation",
  zero: "nothing",
  mean: "the source's mean over all positions of the clean prompts",
  "mean-positional": "the source's mean over the clean prompts at the same position",
} as const;

export type Ablation = keyof typeof ablations;

export const ablationNames = Object.keys(ablations) as Ablation[];

export const ablationsDescribed = ablationNames.map((name) => `${name}: ${ablations[name]}`).join("; ");

/** @throws UserError if no ablation has the name */
export function ablationNamed(name: string): Ablation {
  if (Object.hasOwn(ablations, name)) return name as Ablation;
  throw new UserError(`there is no ablation \`${name}\`${didYouMean(name, ablationNames)}`, {
    remedy: `ablations are ${ablationNames.join(", ")}`,
  });
}
