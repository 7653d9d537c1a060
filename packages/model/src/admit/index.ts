export { Admission, type Policy, type RowAction, rowActions } from "./admission.ts";
export { admitPairs } from "./admit-pairs.ts";
export { readDataset } from "./dataset.ts";
export {
  dropsNewlines,
  type EncodedPair,
  type EncoderOptions,
  PairEncoder,
} from "./pair-encoder.ts";
export { type PairRow, readPairs } from "./read-pairs.ts";
export { type ModelLimits, rejectIds, rejectPrompts } from "./reasons.ts";
export { RowEncoder } from "./row-encoder.ts";
