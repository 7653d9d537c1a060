import { didYouMean } from "../errors/nearest.ts";
import { type Experiment, stageReferences } from "./experiment.ts";

/** What is wrong with how an experiment's stages refer to each other: unknown names and cycles. */
export function referenceProblems(experiment: Experiment): string[] {
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
function cycles(experiment: Experiment): string[] {
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
