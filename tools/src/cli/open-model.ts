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
  const { answerToken, countParameters, encodePrompt, loadModel, openBackend, openTokenizer } = await import(
    "@ft/model"
  );
  const { readPairs } = await import("@ft/circuits");
  const model = await loadModel(folder);
  const pairs = await readPairs(pairsFile, model.config.vocabulary, async () => {
    const { tokenizer } = await openTokenizer(folder);
    return {
      prompt: (text) => encodePrompt(tokenizer, text),
      answer: (prompt, answer) => answerToken(tokenizer, prompt, answer),
    };
  });
  const ops = await openBackend({ mute: true, modelParameters: countParameters(model.config) });
  return { ops, model, pairs };
}
