/** Scores of a tree of pairs by patching: the change of the loss of each edge and node. */
import type { Tensor } from "@ft/backend";
import { unembed } from "@ft/model";
import { atEveryPoint, LOGITS_AT_ONCE } from "../metrics/logits-gradient.ts";
import type { PairTree } from "../pairs/pair-tree.ts";
import { patchEdges } from "./patch-edges.ts";
import { type Attribution, answersOf } from "./scores.ts";
import type { TreePass } from "./tree-pass.ts";

/** Adds the effects of patching on a tree's members to the scores. @param rows computed at once */
export function scoreByPatching(attribution: Attribution, pass: TreePass, nodes: number): void {
  const { ops, model, graph, scores, weights } = attribution;
  const { tree } = pass;
  if (!pass.differs) return;
  const target = attribution.metric.reference(
    ops,
    unembed(ops, model.decoder, pass.normed[attribution.reference]),
  );
  const unpatched = lossesOf(attribution, tree, target, pass.normed.clean);
  /** For each of K copies the weighted change of the loss, from [K * B, d]. */
  const change = (normed: Tensor) => {
    const losses = lossesOf(attribution, tree, target, normed);
    const { members } = tree;
    return Float64Array.from({ length: losses.length / members.length }, (_, copy) =>
      members.reduce(
        (sum, member, n) => sum + weights[member]! * (losses[copy * members.length + n]! - unpatched[n]!),
        0,
      ),
    );
  };
  patchEdges({
    ...{ ops, model, graph, pass, change },
    rows: Math.max(nodes, tree.clean.length) * model.config.heads,
    edge: (edge, value) => {
      scores.edges[edge]! += value;
    },
    node: (source, value) => {
      scores.nodes[source]! += value;
    },
  });
}

/** The loss of a tree's members in each of K copies, [K * B]. @param normed the unembedding's input, [K * B, d] */
function lossesOf(
  { ops, model: { decoder, config }, metric, pairs }: Attribution,
  { members }: PairTree,
  target: readonly Tensor[],
  normed: Tensor,
): Float64Array {
  const count = members.length;
  const copies = normed.shape[0]! / count;
  const { answers, wrong } = answersOf(pairs, members);
  const most = Math.max(1, Math.floor(LOGITS_AT_ONCE / (count * config.vocabulary)));
  const losses = new Float64Array(copies * count);
  for (let first = 0; first < copies; first += most) {
    const own = Math.min(most, copies - first);
    const tiled = (tokens: Int32Array) =>
      Int32Array.from({ length: own * count }, (_, n) => tokens[n % count]!);
    ops.scope(() => {
      const logits = unembed(ops, decoder, ops.slice(normed, [first * count, 0], [own * count, -1]));
      const values = metric.value(ops, logits, {
        reference: target.map((t) =>
          ops.reshape(atEveryPoint(ops, t, own), [own * count, ...t.shape.slice(1)]),
        ),
        answers: tiled(answers),
        wrong: tiled(wrong),
      });
      losses.set(
        Float64Array.from(ops.read(values), (value) => metric.lossSign * value),
        first * count,
      );
    });
  }
  return losses;
}
