/** What commands on a model folder and a file of pairs have in common. */
import type { Pair } from "@ft/circuits";
import type { LoadedModel, Ops } from "@ft/model";

export interface ModelAndPairs {
  ops: Ops;
  model: LoadedModel;
  pairs: Pair[];
}

/** Opens the backend, the model and the pairs; prompts given as text are encoded with the model's tokenizer. */
export async function openModelAndPairs(folder: string, pairsFile: string): Promise<ModelAndPairs> {
  const { answerToken, countParameters, loadModel, loadTokenizer, openBackend } = await import("@ft/model");
  const { readPairs } = await import("@ft/circuits");
  const model = await loadModel(folder);
  const pairs = await readPairs(pairsFile, model.config.vocabulary, async () => {
    const tokenizer = await loadTokenizer(folder);
    return {
      prompt: (text) => Int32Array.from([tokenizer.bos, ...tokenizer.encode(text)]),
      answer: (prompt, answer) => answerToken(tokenizer, prompt, answer),
    };
  });
  const ops = await openBackend({ mute: true, modelParameters: countParameters(model.config) });
  return { ops, model, pairs };
}
