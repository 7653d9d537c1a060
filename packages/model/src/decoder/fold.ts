/**
 * Folding LayerNorm into its neighbours, which changes no output (up to rounding) and makes attribution cheaper: gain
 * and bias of a block's norms go into the linears that read the normalised rows, and what writes into the residual
 * stream is centred, so that its rows have mean 0 and LayerNorm becomes x / sqrt(mean(x^2) + epsilon). The two large
 * matrices, over the vocabulary, stay as they are: embedded rows are centred as they are read, and the final norm keeps
 * its gain and bias.
 */

import type { Ops, Tensor } from "@ft/backend";
import { familyOf, linearName } from "../weights/families.ts";
import type { Weights } from "../weights/host-tensor.ts";
import type { ModelConfig } from "../weights/model-config.ts";
import { assertWeightsFit } from "./assert-weights-fit.ts";
import { bindDecoder, type LoadedDecoder } from "./bind.ts";
import { frozenTensors, put } from "./frozen-tensors.ts";

/** Puts host weights on the backend, folded; the tensors live until disposed of. For models without adapters. */
export function loadFoldedDecoder(ops: Ops, config: ModelConfig, weights: Weights): LoadedDecoder {
  assertWeightsFit(ops, weights);
  const load = (name: string): Tensor => put(ops, weights.get(name)!);
  const rules = foldingRules(ops, config, load);
  // One tensor after the other, so that no more than one is there unfolded.
  const frozen = frozenTensors(ops, (name) => rules.get(name)?.() ?? load(name));
  const base = bindDecoder(config, { get: frozen.get, trainable: () => false });
  const folded = ({ name }: { name: string }) => ({ name, trainable: false });
  const decoder = {
    ...base,
    shape: { ...base.shape, centred: true },
    blocks: base.blocks.map((block) => ({
      ...block,
      norm1: folded(block.norm1),
      norm2: folded(block.norm2),
    })),
  };
  return { decoder, dispose: frozen.dispose };
}

/** How each tensor that changes is made, by its name. */
function foldingRules(
  ops: Ops,
  config: ModelConfig,
  load: (name: string) => Tensor,
): Map<string, () => Tensor> {
  const { names } = familyOf(config);
  const rules = new Map<string, () => Tensor>();
  const reader = (linear: string, norm: string) => {
    let bias: Tensor | undefined;
    rules.set(`${linear}.weight`, () => {
      const weight = load(`${linear}.weight`);
      // W b_norm + b: what the norm's bias adds to the linear's output.
      const added = ops.matMul(weight, ops.reshape(load(`${norm}.bias`), [-1, 1]));
      bias = ops.keep(ops.add(ops.reshape(added, [-1]), load(`${linear}.bias`)));
      return ops.multiply(weight, load(`${norm}.weight`));
    });
    rules.set(`${linear}.bias`, () => bias!); // a linear's weight is asked for before its bias
  };
  const writer = (linear: string) => {
    for (const name of [`${linear}.weight`, `${linear}.bias`])
      rules.set(name, () => {
        const written = load(name);
        return ops.subtract(written, ops.mean(written, [0], true));
      });
  };
  for (let layer = 0; layer < config.layers; layer++) {
    reader(linearName(config, layer, "query_key_value"), names.norm1(layer));
    reader(linearName(config, layer, "dense_h_to_4h"), names.norm2(layer));
    writer(linearName(config, layer, "dense"));
    writer(linearName(config, layer, "dense_4h_to_h"));
  }
  return rules;
}
