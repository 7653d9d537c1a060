/** Decoders over a model's tensors: unchanged, or folded for attribution. */
import type { Ops, Tensor } from "@ft/backend";
import { type Family, familyOf, type ModelConfig } from "../families/index.ts";
import type { Weights } from "../weights/host-tensor.ts";
import type { Decoder } from "./decoder.ts";
import { frozenTensors, put } from "./frozen-tensors.ts";
import { bindAttention, foldAttention } from "./parts/attention.ts";
import { type HeadMatrices, headMatrices } from "./parts/heads.ts";
import { bindMlp, foldMlp } from "./parts/mlp.ts";
import { bindNorm, foldedNorm } from "./parts/norm.ts";
import type { TensorSource } from "./parts/part.ts";

/** The decoder over a source's tensors. */
export function bindDecoder(
  config: ModelConfig,
  source: TensorSource,
  family: Family = familyOf(config),
): Decoder {
  const { names } = family;
  const table = (name: string, weight: Tensor) => ({ name, weight, trainable: source.trainable(name) });
  const learned = names.positions;
  const output = config.tied ? names.embedding : names.unembedding;
  return {
    config,
    embedding: {
      ...table(names.embedding, source.get(names.embedding)),
      ...(learned && {
        positions: { ...table(learned.name, source.get(learned.name)), offset: learned.offset },
      }),
      centred: false,
    },
    blocks: Array.from({ length: config.layers }, (_, layer) => {
      const block = names.block(layer);
      return {
        parallel: config.parallel,
        local: config.localAttention?.layers.includes(layer) ?? false,
        norm1: bindNorm(source, block.norm1, config),
        attention: bindAttention(source, block, family, config, layer),
        norm2: bindNorm(source, block.norm2, config),
        mlp: bindMlp(source, block, config.activation),
      };
    }),
    finalNorm: bindNorm(source, names.finalNorm, config),
    unembedding: table(output, source.get(output)),
  };
}

/** A decoder whose weights are constants, with the function that frees them. */
export interface LoadedDecoder {
  decoder: Decoder;
  dispose(): void;
}

/** Puts host weights on the backend and binds them; the tensors live until disposed of. */
export function loadDecoder(ops: Ops, config: ModelConfig, weights: Weights): LoadedDecoder {
  const frozen = frozenTensors(ops, weights);
  return { decoder: bindDecoder(config, frozen), dispose: frozen.dispose };
}

/** A folded decoder with each layer's heads separate. */
export interface FoldedDecoder extends LoadedDecoder {
  heads: readonly HeadMatrices[];
}

/**
 * Puts host weights on the backend, folded; the tensors live until disposed of. For models without adapters.
 *
 * Folding changes no output (up to rounding) and makes attribution cheaper: gain and bias of a block's norms go into
 * the linears that read the normalised rows, and the linears that write into the residual stream are centred, so its rows
 * have mean 0 and LayerNorm becomes RMSNorm. The two large matrices, over the vocabulary, are unchanged: embedded rows are
 * centred when they are read, and the final norm keeps its gain and bias.
 */
export function loadFoldedDecoder(ops: Ops, config: ModelConfig, weights: Weights): FoldedDecoder {
  const load = (name: string): Tensor => put(ops, weights.get(name)!);
  const rules = new Map<string, () => Tensor>();
  // One tensor at a time, so that only one is in memory unfolded.
  const frozen = frozenTensors(ops, weights, (name) => rules.get(name)?.() ?? load(name));
  const folding = { ops, load, rules, has: (name: string) => weights.has(name) };
  const centre = config.norm === "layer";
  const family = familyOf(config);
  const blocks = Array.from({ length: config.layers }, (_, layer) => {
    const names = family.names.block(layer);
    foldMlp(folding, names, centre);
    return foldAttention(folding, names, family, config);
  });
  const source = { ...frozen, has: (name: string) => rules.has(name) || weights.has(name) };
  const base = bindDecoder(config, source, {
    ...family,
    queryKeyValueOrder: "by-head",
    names: { ...family.names, block: (layer) => blocks[layer]! },
  });
  const decoder: Decoder = {
    ...base,
    embedding: { ...base.embedding, centred: centre },
    blocks: base.blocks.map((block) => ({
      ...block,
      norm1: foldedNorm(block.norm1),
      norm2: foldedNorm(block.norm2),
    })),
    finalNorm: { ...base.finalNorm, kind: "rms" },
  };
  const heads = decoder.blocks.map((block) => headMatrices(ops, block.attention, config.heads));
  return {
    decoder,
    heads,
    dispose() {
      for (const { readers, writers } of heads) ops.dispose(readers, writers);
      frozen.dispose();
    },
  };
}
