import { didYouMean } from "@ft/bytes";
import { z } from "zod";
import { earlierForms } from "./earlier-form.ts";
import { type StageEntry, stageReferences } from "./experiment.ts";

/** The stages' inputs alone, whatever else an experiment.json holds. */
const inputsSchema = z.looseObject({
  stages: z.record(
    z.string(),
    z.looseObject({
      inputs: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
    }),
  ),
});

/** Beyond this many unknown names and cycles no more are listed: an error shows fewer. */
const MOST_PROBLEMS = 100;
/** A message names at most this many stages of many. */
const MOST_NAMES = 20;

/** By the name of the stage, which may be any text: unlike an object, a map inherits no names. */
type Stages = ReadonlyMap<string, Pick<StageEntry, "inputs">>;

/**
 * What is wrong with how stages refer to each other: earlier forms, unknown names and cycles. Looked for even if other things are
 * wrong, as long as the inputs can be read. Takes time proportional to the number of inputs.
 *
 * @param content of experiment.json
 */
export function referenceProblems(content: unknown): string[] {
  const parsed = inputsSchema.safeParse(content);
  if (!parsed.success) return [];
  const stages: Stages = new Map(Object.entries(parsed.data.stages));
  return [...earlierForms(content), ...unknownStages(stages), ...cycles(stages)].slice(0, MOST_PROBLEMS);
}

function unknownStages(stages: Stages): string[] {
  const names = [...stages.keys()];
  const known = `; stages: ${shorten(names, ", ")}`;
  const problems: string[] = [];
  for (const [stage, entry] of stages)
    for (const [role, references] of Object.entries(entry.inputs))
      for (const reference of [references].flat()) {
        if (stages.has(reference)) continue;
        if (problems.length === MOST_PROBLEMS) return problems;
        const hint = didYouMean(reference, names) || known;
        problems.push(`stages.${stage}.inputs.${role}: there is no stage "${reference}"${hint}`);
      }
  return problems;
}

/** Each cycle once, found by a depth-first search that keeps its own stack: calls would overflow theirs. */
function cycles(stages: Stages): string[] {
  const problems: string[] = [];
  const finished = new Set<string>();
  for (const start of stages.keys()) {
    /** From `start` to where the search is; each stage with its references that are still to be followed. */
    const trail: { stage: string; references: string[] }[] = [];
    const onTrail = new Set<string>();
    const enter = (stage: string) => {
      trail.push({
        stage,
        references: stageReferences(stages.get(stage)!).filter((name) => stages.has(name)),
      });
      onTrail.add(stage);
    };
    if (!finished.has(start)) enter(start);
    for (let here = trail.at(-1); here !== undefined; here = trail.at(-1)) {
      const next = here.references.shift();
      if (next === undefined) {
        trail.pop();
        onTrail.delete(here.stage);
        finished.add(here.stage);
      } else if (onTrail.has(next)) {
        if (problems.length === MOST_PROBLEMS) return problems;
        const names = trail.map(({ stage }) => stage);
        const loop = [...names.slice(names.indexOf(next)), next];
        problems.push(`stages.${next}.inputs: circular dependency between stages: ${shorten(loop, " -> ")}`);
      } else if (!finished.has(next)) enter(next);
    }
  }
  return problems;
}

function shorten(names: readonly string[], separator: string): string {
  const shown = names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES - 1), "...", names.at(-1)] : names;
  return shown.join(separator);
}
