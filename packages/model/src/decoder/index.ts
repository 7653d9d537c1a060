export { type Batch, batchLogits, distinct, layOut, type SupervisedSequence } from "./batch.ts";
export {
  bindDecoder,
  type LoadedDecoder,
  loadDecoder,
} from "./bind.ts";
export type { BlockRecord } from "./block.ts";
export {
  type Decoder,
  embed,
  type FinalNorm,
  normalizeFinal,
  normalizeFinalBackward,
  type Run,
  runBlocks,
  runBlocksBackward,
  unembed,
} from "./decoder.ts";
export { loadFoldedDecoder } from "./fold.ts";
export type { Gradients } from "./gradients.ts";
export { createTree, ROOT } from "./tree.ts";
