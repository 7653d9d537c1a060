/** The interface of a model family: how to read its config.json, and the names of the decoder's parts in its checkpoints. */
import type { ActivationName } from "../decoder/parts/activation.ts";
import type { NormKind } from "../decoder/parts/norm.ts";

/** How a model's rotary frequencies differ from base^(-2i / rotaryDims) (transformers' `rope_scaling`). */
export type RotaryScaling =
  | { type: "linear"; factor: number }
  | {
      type: "llama3";
      factor: number;
      lowFrequencyFactor: number;
      highFrequencyFactor: number;
      /** The context that the model was trained with before. */
      originalPositions: number;
    };

/** What a decoder needs to know about a model, in the same terms for every family. */
export interface ModelConfig {
  /** The name of a registered {@link Family}. */
  family: string;
  layers: number;
  /** Attention heads per layer. */
  heads: number;
  /** Heads that keys and values are computed for; each serves heads / keyValueHeads heads. */
  keyValueHeads: number;
  /** Dimensions of a head's queries, keys and values. */
  headSize: number;
  /** Width of the residual stream. */
  dModel: number;
  /** Width of the MLP's hidden layer. */
  dMlp: number;
  /** Rows of the embedding; may be larger than the tokenizer's vocabulary. */
  vocabulary: number;
  /** The longest sequence the model was made for. */
  maxPositions: number;
  /** Whether attention and MLP of a block both read the block's input, instead of one after the other. */
  parallel: boolean;
  norm: NormKind;
  activation: ActivationName;
  /** Leading dimensions of a head's query and key that rotate with the position; even, 0 for none. */
  rotaryDims: number;
  /** Base of the rotary frequencies, base^(-2i / rotaryDims). */
  rotaryBase: number;
  /** @default the frequencies are not scaled */
  rotaryScaling?: RotaryScaling;
  /**
   * What attention scores q . k are divided by: sqrt(headSize), nothing, or sqrt(headSize) times the layer's number from 1.
   * @default "head-size"
   */
  scoreScale?: "head-size" | "none" | "head-size-and-layer";
  /** Layers in which a position attends only to itself and the window - 1 positions before it. @default none */
  localAttention?: { window: number; layers: readonly number[] };
  /** Whether the unembedding is the embedding, trained as one tensor. @default false */
  tied?: boolean;
  /**
   * Which linears have biases, where models of a family differ: those of queries, keys and values, attention's output, and
   * the MLP's. @default all
   */
  biases?: { read: boolean; dense: boolean; mlp: boolean };
  layerNormEpsilon: number;
  /** Standard deviation of random initial weights. */
  initializerRange: number;
}

/**
 * A block's linears by their role in the decoder: either one linear computes queries, keys and values or each has its
 * own; a gate multiplies the hidden layer.
 */
export type LinearRole = "queryKeyValue" | "query" | "key" | "value" | "dense" | "gate" | "up" | "down";

/** The names of a block's parts in a checkpoint, without ".weight" and ".bias". */
export interface BlockNames extends Partial<Record<LinearRole, string>> {
  dense: string;
  up: string;
  down: string;
  /** The norm before attention. */
  norm1: string;
  /** The norm before the MLP. */
  norm2: string;
  /** RMSNorms of each head's queries and keys. @default none */
  queryNorm?: string;
  keyNorm?: string;
}

/** The names of the decoder's parts in a checkpoint; norms and linears without ".weight" and ".bias". */
export interface DecoderNames {
  /** [vocabulary, d], with its ".weight". */
  embedding: string;
  /** Learned positions, [offset + maxPositions, d], with their ".weight". @default none */
  positions?: { name: string; offset: number };
  block(layer: number): BlockNames;
  finalNorm: string;
  /** [vocabulary, d], with its ".weight". */
  unembedding: string;
}

/** A tensor of a family's checkpoints. */
export interface TensorSpec {
  name: string;
  /** A linear's is [out, in]. */
  shape: number[];
  /** Whether files hold the matrix as [in, out]. @default false */
  transposed?: boolean;
  /** A matrix starts random, a bias at 0, a norm's gain at 1. */
  kind: "matrix" | "bias" | "gain";
  /** Whether a matrix writes to the residual stream; such matrices start smaller. @default false */
  writesResidual?: boolean;
}

/** The properties of a family of architectures. */
export interface Family {
  name: string;
  /** `model_type` in config.json. */
  modelType: string;
  /** Reads a config.json. @throws UserError naming every key that is missing, wrong or means another variant. */
  parseConfig(json: unknown, file: string): ModelConfig;
  /** Writes a config.json that transformers reads. */
  configJson(config: ModelConfig): Record<string, unknown>;
  names: DecoderNames;
  /**
   * The order of the rows of a linear that computes queries, keys and values: head by head its three, or all queries, all
   * keys, all values. @default "by-head"
   */
  queryKeyValueOrder?: "by-head" | "by-port";
  /** A block's linears in the order of computation, by the names that adapter plans use: the ends of their paths. */
  modules: Readonly<Record<string, LinearRole>>;
  /** Every tensor of a checkpoint, in the order of writing. */
  tensors(config: ModelConfig): TensorSpec[];
  /** Other names that some versions of transformers write for a tensor. @default none */
  otherNames?(name: string): readonly string[];
  /** Tensors of older checkpoints that carry no information. */
  ignored: RegExp;
}
