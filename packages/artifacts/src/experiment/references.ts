import { didYouMean } from "@ft/bytes";
import { z } from "zod";
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

interface StageInputs {
  stages: Record<string, Pick<StageEntry, "inputs">>;
}

/**
 * What is wrong with how stages refer to each other: unknown names and cycles. Looked for even where other things are
 * wrong, as long as the inputs can be read.
 *
 * @param content of experiment.json
 */
export function referenceProblems(content: unknown): string[] {
  const parsed = inputsSchema.safeParse(content);
  if (!parsed.success) return [];
  const experiment: StageInputs = parsed.data;
  const names = Object.keys(experiment.stages);
  const unknown = Object.entries(experiment.stages).flatMap(([stage, entry]) =>
    Object.entries(entry.inputs).flatMap(([role, references]) =>
      [references]
        .flat()
        .filter((reference) => !names.includes(reference))
        .map(
          (reference) =>
            `stages.${stage}.inputs.${role}: there is no stage "${reference}"${didYouMean(reference, names) || `; stages: ${names.join(", ")}`}`,
        ),
    ),
  );
  return [...unknown, ...cycles(experiment)];
}

/** Each cycle once, found by depth-first search. */
function cycles(experiment: StageInputs): string[] {
  const problems: string[] = [];
  const finished = new Set<string>();
  const visit = (stage: string, trail: string[]): void => {
    const entry = experiment.stages[stage];
    if (!entry || finished.has(stage)) return;
    if (trail.includes(stage)) {
      const loop = [...trail.slice(trail.indexOf(stage)), stage];
      problems.push(`stages.${stage}.inputs: stages wait for each other: ${loop.join(" -> ")}`);
      return;
    }
    for (const reference of stageReferences(entry)) visit(reference, [...trail, stage]);
    finished.add(stage);
  };
  for (const stage of Object.keys(experiment.stages)) visit(stage, []);
  return problems;
}
