/** The interface of a model family: how to read its config.json, and the names of the decoder's parts in its checkpoints. */
import type { ActivationName } from "../decoder/parts/activation.ts";
import type { NormKind } from "../decoder/parts/norm.ts";

/** What a decoder needs to know about a model, in the same terms for every family. */
export interface ModelConfig {
  /** The name of a registered {@link Family}. */
  family: string;
  layers: number;
  /** Attention heads per layer. */
  heads: number;
  /** Width of the residual stream. A head has dModel / heads dimensions. */
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
  /** Leading dimensions of a head's query and key that rotate with the position; even. */
  rotaryDims: number;
  /** Base of the rotary frequencies, base^(-2i / rotaryDims). */
  rotaryBase: number;
  layerNormEpsilon: number;
  /** Standard deviation of random initial weights. */
  initializerRange: number;
}

/** A block's linears by their role in the decoder. */
export type LinearRole = "queryKeyValue" | "dense" | "up" | "down";

/** The names of a block's parts in a checkpoint, without ".weight" and ".bias". */
export interface BlockNames extends Record<LinearRole, string> {
  /** The norm before attention. */
  norm1: string;
  /** The norm before the MLP. */
  norm2: string;
}

/** The names of the decoder's parts in a checkpoint; norms and linears without ".weight" and ".bias". */
export interface DecoderNames {
  /** [vocabulary, d], with its ".weight". */
  embedding: string;
  block(layer: number): BlockNames;
  finalNorm: string;
  /** [vocabulary, d], with its ".weight". */
  unembedding: string;
}

/** A tensor of a family's checkpoints. */
export interface TensorSpec {
  name: string;
  shape: number[];
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
  /** A block's linears in the order of computation, by the names that adapter plans use: the last part of their paths. */
  modules: Readonly<Record<string, LinearRole>>;
  /** Every tensor of a checkpoint, in the order of writing. */
  tensors(config: ModelConfig): TensorSpec[];
  /** Other names that some versions of transformers write for a tensor. */
  otherNames: Readonly<Record<string, readonly string[]>>;
  /** The tied tensors: in a checkpoint with tied embeddings, either one is the value of both. */
  tiedEmbeddings: { output: string; input: string };
  /** Tensors of older checkpoints that carry no information. */
  ignored: RegExp;
}
