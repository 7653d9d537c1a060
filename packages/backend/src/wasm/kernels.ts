/** Custom kernels in WebAssembly: their signatures and the location of their compiled module. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import type { Four } from "./layout.ts";

/** An address in the backend's memory, in bytes. */
export type Address = number;

/** What kernels/index.ts exports; sizes are numbers of elements, flags 0 or 1. */
export interface Kernels {
  multiply(
    a: Address,
    b: Address,
    c: Address,
    batch: number,
    rows: number,
    inner: number,
    columns: number,
    transposeA: number,
    transposeB: number,
    bias: Address,
    scratch: Address,
  ): void;
  productScratch(): number;
  combine(operation: number, a: Address, b: Address, c: Address, ...block: [...Four, ...Four, ...Four]): void;
  scale(x: Address, y: Address, count: number, factor: number): void;
  exp(x: Address, y: Address, count: number): void;
  sumMiddle(x: Address, y: Address, outer: number, summed: number, inner: number, factor: number): void;
  copyBlock(from: Address, to: Address, ...block: [...Four, ...Four, ...Four]): void;
  /** Returns the position of the first invalid row index, or -1. */
  gather(from: Address, indices: Address, to: Address, count: number, rows: number, width: number): number;
  segmentSum(
    from: Address,
    segment: Address,
    to: Address,
    count: number,
    segments: number,
    width: number,
  ): void;
  gelu(x: Address, y: Address, count: number): void;
  geluGradient(x: Address, dy: Address, dx: Address, count: number): void;
  normalize(
    x: Address,
    xhat: Address,
    rstd: Address,
    rows: number,
    width: number,
    epsilon: number,
    centred: number,
  ): void;
  normalizeGradient(
    xhat: Address,
    rstd: Address,
    gradient: Address,
    dx: Address,
    rows: number,
    width: number,
    centred: number,
  ): void;
  softmax(x: Address, p: Address, rows: number, width: number): void;
  logSoftmax(x: Address, y: Address, rows: number, width: number): void;
  crossEntropy(
    x: Address,
    labels: Address,
    losses: Address,
    gradient: Address,
    rows: number,
    width: number,
  ): void;
  softmaxGradient(p: Address, dp: Address, dx: Address, rows: number, width: number): void;
  longestList(offsets: Address, runs: Address, rows: number): number;
  attendScratch(all: number, size: number, longest: number): number;
  attend(
    qkv: Address,
    past: Address,
    offsets: Address,
    runs: Address,
    cosine: Address,
    sine: Address,
    z: Address,
    rows: number,
    pastRows: number,
    heads: number,
    size: number,
    half: number,
    scratch: Address,
  ): void;
  attendGradientScratch(all: number, rows: number, size: number, longest: number): number;
  attendGradient(
    qkv: Address,
    past: Address,
    offsets: Address,
    runs: Address,
    cosine: Address,
    sine: Address,
    dz: Address,
    dqkv: Address,
    rows: number,
    pastRows: number,
    heads: number,
    size: number,
    half: number,
    longest: number,
    scratch: Address,
  ): void;
  adamW(
    value: Address,
    first: Address,
    second: Address,
    gradient: Address,
    count: number,
    beta1: number,
    beta2: number,
    decay: number,
    rate: number,
    epsilon: number,
  ): void;
}

/** The engine's WebAssembly, which Node's types leave out. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: { env: object }) => { exports: unknown };
};

/** The build's folder; the same from a source file and from a compiled one. */
const FOLDER = join(import.meta.dirname, "../../dist/wasm");

/** Compiled twice: with fused multiply-add, which not every engine supports, and without. */
export const MODULES = ["kernels-fused.wasm", "kernels.wasm"] as const;
export type KernelModule = (typeof MODULES)[number];

/** The kernels, instantiated on a memory. */
export interface LoadedKernels {
  kernels: Kernels;
  module: KernelModule;
}

/**
 * Instantiates the first module that this engine can run.
 * @returns undefined if none was built or the engine has no SIMD
 */
export function loadKernels(
  memory: object,
  modules: readonly KernelModule[] = MODULES,
): LoadedKernels | undefined {
  for (const module of modules) {
    const path = join(FOLDER, module);
    if (!existsSync(path)) continue;
    const bytes = readFileSync(path);
    if (!isSupported(bytes)) continue;
    const imports = { env: { memory, log: Math.log } };
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
    return { kernels: exports as Kernels, module };
  }
  return undefined;
}

function isSupported(bytes: Uint8Array): boolean {
  if (WebAssembly.validate(bytes)) return true;
  // Node 20 has relaxed SIMD behind a flag, which later versions no longer accept.
  setFlagsFromString("--experimental-wasm-relaxed-simd");
  return WebAssembly.validate(bytes);
}
