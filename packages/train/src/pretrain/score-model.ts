/** How well the finished base model answers the tasks' prompts, for its card. */
import { basename } from "node:path";
import type { Ops } from "@ft/backend";
import { loadDecoder, loadModel, readDataset } from "@ft/model";
import { exactMatch, type Score } from "../exact-match.ts";
import { toQuestion } from "../examples.ts";

/**
 * Scores a model folder on every example of some datasets.
 * @param datasets folders of data stages; each names its task
 */
export async function scoreModel(
  ops: Ops,
  folder: string,
  datasets: readonly string[],
): Promise<{ task: string; questions: number; score: Score }[]> {
  const { config, weights } = await loadModel(folder);
  const { decoder, dispose } = loadDecoder(ops, config, weights);
  try {
    return datasets.map((dataset) => {
      const questions = readDataset([dataset], config).map(toQuestion);
      const score = exactMatch(ops, decoder, questions);
      return { task: basename(dataset), questions: questions.length, score };
    });
  } finally {
    dispose();
  }
}
