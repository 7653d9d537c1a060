export { addressLimit, addressRemedy } from "./address-limit.js";
export { cacheFolder } from "./cache-folder.js";
export { canonicalJson } from "./canonical-json.js";
export { hashFile, hashOf } from "./hash-file.js";
export { isAlive } from "./is-alive.js";
export { parseJson, readJson } from "./json.js";
export { didYouMean, nearest } from "./nearest.js";
export { RECOGNISED_BYTES, recognise, refuseOtherKinds } from "./recognise.js";
export { regularFile } from "./regular-file.js";
export { runProgram } from "./run-program.js";
export { manifestPath, readSealed, seal } from "./seal.js";
export { decodeText, readText } from "./text.js";
export { parseTorch, readTorch } from "./torch/read-torch.js";
export { TorchTensor } from "./torch/tensor.js";
export { torchBytes } from "./torch/write-torch.js";
export { readZip, writeZip } from "./torch/zip.js";
export { bulleted, renderValue, UserError } from "./user-error.js";

/** @typedef {import("./run-program.js").ProgramOptions} ProgramOptions */
/** @typedef {import("./user-error.js").ErrorPlace} ErrorPlace */
/** @typedef {import("./torch/pickle.js").PickleValue} PickleValue */
/** @typedef {import("./torch/write-torch.js").Writable} TorchWritable */
