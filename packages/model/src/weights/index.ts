export { elementCount, type HostTensor, sameShape, type Weights } from "./host-tensor.ts";
export { initializeModel, randomModel } from "./initialize-model.ts";
export { type LoadedModel, loadModel, loadModelConfig, type Model } from "./load-model.ts";
export { openSafetensors, type SafetensorsFile } from "./read-safetensors.ts";
export type { SafetensorsDtype, TensorEntry } from "./safetensors-header.ts";
export { type SaveOptions, saveModel } from "./save-model.ts";
export { shapesAlone } from "./shapes-alone.ts";
export { tensorOfRow, tensorRows, tensorsOfRows } from "./tensor-rows.ts";
export { writeSafetensors } from "./write-safetensors.ts";
