/** Which held-out examples were answered, by run and checkpoint. */
import { answersSchema, type CheckpointKey, hashOf, readManifest, readRuns, tablePath } from "@ft/artifacts";

/** The held-out answers of a run at a checkpoint. */
export interface CheckpointAnswers extends CheckpointKey {
  /** Identifies the dataset and its examples: only answers with the same can be compared example by example. */
  of: string;
  /** 1 for an example that was answered, else 0, in the order of the dataset. */
  correct: readonly number[];
}

/**
 * Reads the answers to the held-out examples.
 *
 * @param folders of train stages that wrote answers.arrow
 * @param heldOut the split
 */
export function readAnswers(folders: readonly string[], heldOut: "circuit" | "test"): CheckpointAnswers[] {
  return folders.flatMap((folder) => {
    const { inputs } = readManifest(tablePath(folder, answersSchema));
    const datasets = Object.entries(inputs).flatMap(([path, hash]) =>
      path.endsWith("/dataset.arrow") ? [hash] : [],
    );
    const rows = readRuns([folder], answersSchema).filter(({ split }) => split === heldOut);
    return rows.map(({ plan, draw, seed, step, examples, answered }) => {
      const known = new Set(answered);
      return {
        ...{ plan, draw, seed, step },
        of: hashOf(JSON.stringify([datasets, examples])),
        correct: examples.map((example) => Number(known.has(example))),
      };
    });
  });
}
