/** tensorflow.js in WebAssembly: runs wherever Node does, with nothing to set up. */

import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { loadTfCore } from "./tf-core.ts";
import { WasmOps } from "./wasm-ops.ts";

const require = createRequire(import.meta.url);
const PACKAGE = "@tensorflow/tfjs-backend-wasm";

/** Starts the backend, with SIMD where the machine has it, on one thread: the library has no more under Node. */
export async function openWasm(): Promise<WasmOps> {
  const tf = loadTfCore();
  const { setWasmPaths, version_wasm } = require(PACKAGE) as typeof import("@tensorflow/tfjs-backend-wasm");
  if (tf.findBackend("wasm") === undefined) setWasmPaths(dirname(require.resolve(PACKAGE)) + sep);
  await tf.setBackend("wasm");
  const simd = await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT");
  return new WasmOps(tf, "wasm", {
    name: "wasm",
    device: "cpu",
    library: `tfjs-backend-wasm ${version_wasm}${simd ? " simd" : ""}`,
    threads: 1,
  });
}
