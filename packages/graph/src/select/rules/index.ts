/** The registry of selection rules. A new rule is a file here and a line below. */
import { greedy } from "./greedy.ts";
import { nodes } from "./nodes.ts";
import type { SelectionRule } from "./rule.ts";
import { threshold } from "./threshold.ts";
import { top, topSigned } from "./top.ts";

export type { ScoredGraph, SelectionRule } from "./rule.ts";

export const selectionRules: readonly SelectionRule[] = [top, topSigned, greedy, threshold, nodes];

export const ruleNames: readonly string[] = selectionRules.map(({ name }) => name);

/** Every rule with what it chooses, for descriptions of options. */
export const rulesDescribed = selectionRules
  .map(({ name, description }) => `${name}: ${description}`)
  .join("; ");

/** @throws Error if no rule has the name: names come from {@link ruleNames} */
export function ruleNamed(name: string): SelectionRule {
  const found = selectionRules.find((rule) => rule.name === name);
  if (found) return found;
  throw new Error(`There is no selection rule ${name}.`);
}
