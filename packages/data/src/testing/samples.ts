import { seededRandom } from "@ft/artifacts";
import { findTask } from "../find-task.ts";
import type { Candidate } from "../task.ts";

/** `count` pairs that a task proposes, before any tokenizer is involved. */
export function samples(task: string, options: object = {}, count = 3_000): Candidate[] {
  const sampler = findTask(task).sampler(options);
  const random = seededRandom(1, "samples");
  const found: Candidate[] = [];
  while (found.length < count) {
    const candidate = sampler.sample(random);
    if (candidate !== undefined) found.push(candidate);
  }
  return found;
}

/** The parts of a prompt that the groups of `grammar` stand for. @throws if the prompt is not of that grammar */
export function parse(prompt: string, grammar: RegExp): string[] {
  const match = grammar.exec(prompt);
  if (match === null || match[0] !== prompt) throw new Error(`not of the grammar ${grammar}: ${prompt}`);
  return match.slice(1);
}

/** The smallest and the largest of some numbers. */
export function range(numbers: readonly number[]): [number, number] {
  return [Math.min(...numbers), Math.max(...numbers)];
}

/** How many of the pairs are of each kind. */
export function kinds(pairs: readonly { kind: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of pairs) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
