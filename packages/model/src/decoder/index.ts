export { type Batch, batchLogits, distinct, layOut, type SupervisedSequence } from "./batch.ts";
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
export { embed } from "./parts/embedding.ts";
export {
  byHead,
  gatherNumbered,
  type HeadMatrices,
  readPorts,
  sideBySide,
  writeChosenHeads,
  writeHeads,
} from "./parts/heads.ts";
export { activate, type MlpRecord, mlpBackward, mlpForward, writeDifference } from "./parts/mlp.ts";
export { normalize, normalizeBackward } from "./parts/norm.ts";
export type { Gradients } from "./parts/part.ts";
export { type FinalNorm, normalizeFinal, normalizeFinalBackward, unembed } from "./parts/readout.ts";
export { spread } from "./rows.ts";
export { createTree, PrefixTree, ROOT } from "./tree.ts";
