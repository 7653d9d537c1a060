// Everything that the host calls. Addresses are bytes into the memory that tensorflow.js's backend holds its tensors in.

export { adamW } from "./adamw";
export { attend, attendScratch, longestList } from "./attention";
export { attendGradient, attendGradientScratch } from "./attention-gradient";
export { combine, scale } from "./combine";
export { copyBlock, gather, segmentSum } from "./copy";
export { exp } from "./exp";
export { gelu, geluGradient } from "./gelu";
export { normalize, normalizeGradient } from "./normalize";
export { multiply, productScratch } from "./product";
export { crossEntropy, logSoftmax, softmax, softmaxGradient } from "./softmax";
export { sumMiddle } from "./sum";
