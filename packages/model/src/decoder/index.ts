export { type Batch, batchLogits, distinct, layOut, type SupervisedSequence } from "./batch.ts";
export { type BlockOutput, type BlockRecord, mlpNormalized, mlpOnDistinctRows } from "./block.ts";
export { type Decoder, type Run, runBlocks, runBlocksBackward } from "./decoder.ts";
export {
  bindDecoder,
  type FoldedDecoder,
  type LoadedDecoder,
  loadDecoder,
  loadFoldedDecoder,
} from "./load.ts";
export { embed } from "./parts/embedding.ts";
export {
  byHead,
  chosen,
  type HeadMatrices,
  readPorts,
  sideBySide,
  writeChosenHeads,
  writeHeads,
} from "./parts/heads.ts";
export { activate, writeDifference } from "./parts/mlp.ts";
export { normalize, normalizeBackward } from "./parts/norm.ts";
export type { Gradients } from "./parts/part.ts";
export { type FinalNorm, normalizeFinal, normalizeFinalBackward, unembed } from "./parts/readout.ts";
export { type Repeat, type Rows, spread } from "./rows.ts";
export { createTree, PrefixTree, ROOT } from "./tree.ts";
