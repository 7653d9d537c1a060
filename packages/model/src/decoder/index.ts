export { type Batch, batchLogits, distinctRows, layOut, type SupervisedSequence } from "./batch.ts";
export {
  type BlockOutput,
  type BlockRecord,
  blockBackward,
  mlpNormalized,
  mlpOnDistinctRows,
  type OutputGradients,
} from "./block.ts";
export { type Decoder, type Run, runBlocks, runBlocksBackward } from "./decoder.ts";
export { type FoldedDecoder, loadDecoder, loadFoldedDecoder } from "./load.ts";
export { addPositions, embed } from "./parts/embedding.ts";
export {
  byHead,
  gatherNumbered,
  type HeadMatrices,
  readPorts,
  sideBySide,
  writeChosenHeads,
  writeHeads,
} from "./parts/heads.ts";
export type { Linear } from "./parts/linear.ts";
export { activate, type MlpRecord, mlpBackward, mlpForward, mlpRows, writeDifference } from "./parts/mlp.ts";
export { normalize, normalizeBackward } from "./parts/norm.ts";
export type { Gradients } from "./parts/part.ts";
export { queryKeyForward } from "./parts/query-key.ts";
export { type FinalNorm, normalizeFinal, normalizeFinalBackward, unembed } from "./parts/readout.ts";
export { spread } from "./rows.ts";
export { createTree, disposeTree, PrefixTree, ROOT, type RowTree, treeOfLayer } from "./tree.ts";
