/** Answering prompts with the model as it is, and getting it from its files. */
import { batchLogits, layOut, loadDecoder, loadModel } from "@ft/model";
import type { PrepareJob } from "./job.ts";

/** Prompts run at once. */
const BATCH = 128;

/** The likeliest next token of every clean prompt; returns its answer's cross entropy. */
export const forward: PrepareJob = async ({ ops, folder, workload, share }) => {
  const { config, weights } = await loadModel(folder);
  const { decoder } = loadDecoder(ops, config, weights);
  return (examples) => {
    const values: number[] = [];
    for (let first = 0; first < examples; first += BATCH) {
      const pairs = workload.pairs.slice(first, Math.min(first + BATCH, examples));
      ops.scope(() => {
        const batch = layOut(pairs.map(asSequence), share);
        const logits = batchLogits(ops, decoder, batch);
        ops.read(ops.argMax(logits));
        values.push(...ops.read(ops.crossEntropy(logits, ops.tensor(batch.targets, [pairs.length])).losses));
      });
    }
    return values;
  };
};

/** From the files to the logits of a first prompt. */
export const loading: PrepareJob = async ({ ops, folder, workload }) => {
  return async () => {
    const { config, weights } = await loadModel(folder);
    const { decoder, dispose } = loadDecoder(ops, config, weights);
    const logits = ops.scope(() =>
      ops.read(batchLogits(ops, decoder, layOut([asSequence(workload.pairs[0]!)]))),
    );
    dispose();
    return logits;
  };
};

function asSequence({ clean, answer }: { clean: number[]; answer: number }) {
  return { tokens: clean, targets: [{ position: clean.length - 1, token: answer }] };
}
