/** tensorflow.js in WebAssembly: runs wherever Node does, with nothing to set up. */

import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { addressLimit, addressRemedy, UserError } from "@ft/artifacts";
import type { BackendInfo } from "../ops.ts";
import { Heap, type WasmBackend } from "../wasm/heap.ts";
import { KernelOps } from "../wasm/kernel-ops.ts";
import { loadKernels } from "../wasm/kernels.ts";
import { loadTfCore } from "./tf-core.ts";
import { WasmOps } from "./wasm-ops.ts";

const require = createRequire(import.meta.url);
const PACKAGE = "@tensorflow/tfjs-backend-wasm";

/** Addresses that V8 reserves for the memories of tensorflow.js and its feature tests, in bytes. */
const ADDRESSES = 22 * 2 ** 30;

/**
 * Starts the backend, with SIMD if the machine has it, on one thread: the library has no more under Node. The custom
 * kernels are used if they were built.
 *
 * @param limit on this process's addresses, in bytes. @default the one in force
 * @throws UserError if it does not start, for lack of memory; below the limit it would end the process or print stacks
 */
export async function openWasm(limit = addressLimit()): Promise<WasmOps> {
  if (limit !== undefined && limit < ADDRESSES)
    throw new UserError("the WebAssembly backend cannot start: it reserves 22 GiB of addresses", {
      remedy: `${addressRemedy(limit)}, or use the native backend, which takes 2 GiB (npx ft setup-native)`,
    });
  const tf = loadTfCore();
  const { setWasmPaths, version_wasm } = require(PACKAGE) as typeof import("@tensorflow/tfjs-backend-wasm");
  if (tf.findBackend("wasm") === undefined) setWasmPaths(dirname(require.resolve(PACKAGE)) + sep);
  if (!(await tf.setBackend("wasm")))
    throw new UserError("the WebAssembly backend did not start, most probably for lack of memory", {
      remedy: "raise the memory limit (ulimit -v) or close other programs, then run it again",
    });
  const backend = tf.backend() as unknown as WasmBackend;
  const loaded = loadKernels(backend.wasm.asm.memory);
  const simd = (await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")) ? " simd" : "";
  const kernels = loaded
    ? `, own kernels${loaded.module === "kernels-fused.wasm" ? " with fused products" : ""}`
    : "";
  const info: BackendInfo = {
    name: "wasm",
    device: "cpu",
    library: `tfjs-backend-wasm ${version_wasm}${simd}${kernels}`,
    threads: 1,
  };
  return loaded
    ? new KernelOps(tf, "wasm", info, new Heap(tf, backend), loaded.kernels)
    : new WasmOps(tf, "wasm", info);
}
