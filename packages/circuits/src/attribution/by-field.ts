/** Scores of a tree of pairs by a field of gradients. */
import type { Tensor } from "@ft/backend";
import { type FinalNorm, normalizeFinalBackward, runBlocksBackward } from "@ft/model";
import { scoreAlongActivations } from "./along-activations.ts";
import { EdgeContraction } from "./edge-contraction.ts";
import type { Field } from "./methods/index.ts";
import { type Attribution, answersOf } from "./scores.ts";
import type { TreePass } from "./tree-pass.ts";

/** Adds a tree's share to the scores. @param run a pass over the tree: see {@link runTree} */
export function scoreByField(
  attribution: Attribution,
  run: (points: readonly number[], keepClean: boolean) => TreePass,
  { embeddings, activations }: Field,
): void {
  const { ops, model, graph, scores } = attribution;
  const contractionOf = ({ differences }: TreePass) =>
    new EdgeContraction(ops, model, graph, differences, scores.edges);
  if (embeddings.length > 0) {
    ops.scope(() => {
      const pass = run(embeddings, false);
      if (!pass.differs) return;
      const { points, records, final } = pass.path;
      const contraction = contractionOf(pass);
      const dFinal = finalGradient(attribution, pass, final);
      contraction.logits(dFinal, points);
      runBlocksBackward(ops, model.decoder, { records }, dFinal, {
        visit: (layer, gradients) => contraction.block(layer, records[layer]!, gradients, points),
      });
    });
  }
  if (activations.length > 0) {
    ops.scope(() => {
      const pass = run([1], true);
      if (!pass.differs) return;
      scoreAlongActivations(ops, model, pass, activations, contractionOf(pass), ({ final }) =>
        finalGradient(attribution, pass, final),
      );
    });
  }
}

/** The weighted loss's gradient at the final residual stream of K points, [K * B, d]. */
function finalGradient(
  { ops, model: { decoder }, metric, reference, pairs, weights }: Attribution,
  { tree: { members }, normed }: TreePass,
  final: FinalNorm,
): Tensor {
  const gradient = metric.lossGradient(ops, {
    decoder,
    normed: final.normed,
    reference: normed[reference],
    ...answersOf(pairs, members),
  });
  const rowWeights = Float32Array.from(
    { length: gradient.shape[0]! },
    (_, n) => weights[members[n % members.length]!]!,
  );
  const weighted = ops.multiply(gradient, ops.tensor(rowWeights, [rowWeights.length, 1]));
  return normalizeFinalBackward(ops, decoder, final.normalized, weighted);
}
