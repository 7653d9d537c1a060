export type { Context } from "./attention.ts";
export { type Batch, batchLogits, layOut, type SupervisedSequence } from "./batch.ts";
export {
  bindDecoder,
  type LoadedDecoder,
  loadDecoder,
} from "./bind.ts";
export { attendSegments, type BlockGradients, type BlockRecord, type BlockWeights } from "./block.ts";
export {
  type Decoder,
  embed,
  normalizeFinal,
  normalizeFinalBackward,
  type Run,
  runBlocks,
  runBlocksBackward,
  unembed,
} from "./decoder.ts";
export { loadFoldedDecoder } from "./fold.ts";
export type { Gradients } from "./gradients.ts";
export { createLayout, type Layout, type Segment } from "./layout.ts";
export { normalize, normalizeBackward } from "./normalize.ts";
