/** What a decoder needs to know about a model, in one vocabulary for every family. */
export interface ModelConfig {
  family: "gpt-neox";
  layers: number;
  /** Attention heads a layer. */
  heads: number;
  /** Width of the residual stream. A head has dModel / heads dimensions. */
  dModel: number;
  /** Width of the MLP's hidden layer. */
  dMlp: number;
  /** Rows of the embedding; may be larger than the tokenizer's vocabulary. */
  vocabulary: number;
  /** The longest sequence the model was made for. */
  maxPositions: number;
  /** Leading dimensions of a head's query and key that rotate with the position; even. */
  rotaryDims: number;
  /** Base of the rotary frequencies, base^(-2i / rotaryDims). */
  rotaryBase: number;
  layerNormEpsilon: number;
  /** Standard deviation of random initial weights. */
  initializerRange: number;
}
