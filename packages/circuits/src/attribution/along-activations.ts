/**
 * Gradients along the outputs of heads and MLPs. With w the output of all heads of a layer or of an MLP, D_w its difference,
 * and p a point, w is clean plus (1 - p) D_w: the pass is the clean one up to there, and continues from it with a changed
 * residual stream. The output is a constant, so its part of the block gets no gradient; all that is before gets the one
 * that reaches the residual stream, and being linear in it, in a single backward pass for all later w.
 */
import type { Ops, Tensor } from "@ft/backend";
import { blockBackward, type OutputGradients } from "@ft/model";
import type { CircuitModel } from "../pairs/circuit-model.ts";
import type { EdgeContraction } from "./edge-contraction.ts";
import { type Continued, TakenUp } from "./taken-up.ts";
import type { TreePass } from "./tree-pass.ts";

/**
 * @param pass with the clean prompt as its only point
 * @param finalGradient the weighted loss's gradient at the final residual stream of K copies, [K * B, d]
 */
export function scoreAlongActivations(
  ops: Ops,
  model: CircuitModel,
  pass: TreePass,
  points: readonly number[],
  contraction: EdgeContraction,
  finalGradient: (continued: Continued) => Tensor,
): void {
  const { layers, heads, dModel, parallel } = model.config;
  const takenUp = new TakenUp(ops, model, pass.tree, pass.clean, true);
  /** The difference of some of a layer's sources together at every point, [K * rows, d]. */
  const along = (layer: number, first: number, count: number) => {
    const sources = layer === layers - 1 ? pass.differences.leaves : pass.differences.everyNode;
    const own = ops.slice(sources, [1 + layer * (heads + 1) + first, 0], [count, -1]);
    const difference = ops.reshape(ops.sum(own, [0]), [-1, dModel]);
    return ops.concat(
      points.map((point) => ops.scale(difference, 1 - point)),
      0,
    );
  };
  const backward = (continued: Continued) =>
    takenUp.backward(continued, finalGradient(continued), contraction);

  /** At the layer's output: of everything above it. */
  let above: Tensor | undefined;
  for (let layer = layers - 1; layer >= 0; layer--) {
    above = ops.scope(() => {
      const byMlp = ops.scope(() => backward(takenUp.afterBlock(layer, along(layer, heads, 1))));
      const byHeads = ops.scope(() => backward(takenUp.afterHeads(layer, along(layer, 0, heads))));
      const plus = (t: Tensor) => (above ? ops.add(above, t) : t);
      const terms: OutputGradients = {
        attention: plus(byMlp),
        // A sequential block's MLP has had the gradient of its heads' path, at that path's own points.
        mlp: parallel ? plus(byHeads) : (above ?? ops.scale(byMlp, 0)),
        past: plus(ops.add(byMlp, byHeads)),
      };
      const { decoder } = model;
      const record = pass.path.records[layer]!;
      const gradients = blockBackward(ops, decoder.blocks[layer]!, record, terms, true);
      contraction.block(layer, record, gradients, 1);
      return gradients.dx!;
    });
  }
  takenUp.dispose();
}
