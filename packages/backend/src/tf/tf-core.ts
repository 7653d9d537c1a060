/** tensorflow.js itself, the instance that its backends register with. */

import { createRequire } from "node:module";
import util from "node:util";

const require = createRequire(import.meta.url);

export type TfCore = typeof import("@tensorflow/tfjs-core");
export type TfTensor = import("@tensorflow/tfjs-core").Tensor;

/** Loads tfjs-core the way its backends do: by require, so that all share one engine. */
export function loadTfCore(): TfCore {
  // tfjs-node calls functions that Node 22 warns about and Node 23 removed.
  const legacy = util as { isNullOrUndefined?: (value: unknown) => boolean };
  legacy.isNullOrUndefined = (value) => value === null || value === undefined;
  return require("@tensorflow/tfjs-core") as TfCore;
}
