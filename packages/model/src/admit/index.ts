export { Admission, type Choice, choices, type Policy } from "./admission.ts";
export { type AdmitRequest, admitPairs } from "./admit-pairs.ts";
export { readDataset } from "./dataset.ts";
export {
  dropsNewlines,
  type EncodablePair,
  type EncodedPair,
  type EncoderOptions,
  PairEncoder,
} from "./pair-encoder.ts";
export { type PairRow, type RawPair, readPairs } from "./read-pairs.ts";
export {
  type ModelLimits,
  noLimits,
  type Reason,
  type Rejection,
  reasons,
  rejectIds,
  rejectPrompts,
} from "./reasons.ts";
export { RowEncoder } from "./row-encoder.ts";
export { Tally } from "./tally.ts";
