/** Limits of WebAssembly's memory, which has 32-bit addresses and fails without a reason when it is full. */

import { formatBytes, UserError } from "@ft/artifacts";
import type { BackendInfo } from "./ops.ts";

const GIB = 2 ** 30;

/** Bytes that tensors may take; the rest of the 4 GiB is for an operation's scratch memory. */
const WASM_CAPACITY = 3.5 * GIB;

/** The part of it that weights may take: computing with them takes as much again. */
const WEIGHTS_CAPACITY = WASM_CAPACITY / 2;

/**
 * Refuses a model that a backend cannot hold, before it is loaded. Only wasm has a limit.
 * @param weightBytes of all weights as float32
 * @throws UserError
 */
export function assertFits(backend: BackendInfo, weightBytes: number): void {
  if (backend.name === "wasm" && weightBytes > WEIGHTS_CAPACITY)
    throw tooLarge(`a model with ${formatBytes(weightBytes)} of weights`);
}

/**
 * Stops a computation on wasm that takes too much memory.
 * @param bytes of all tensors and their packed copies
 * @throws UserError
 */
export function assertRoom(bytes: number): void {
  if (bytes > WASM_CAPACITY) throw tooLarge(`this computation, with ${formatBytes(bytes)} of tensors`);
}

function tooLarge(what: string): UserError {
  return new UserError(`${what}, does not fit the wasm backend, which holds ${formatBytes(WASM_CAPACITY)}`, {
    remedy: "Use the native backend (npx ft setup-native), a smaller model or a smaller batch.",
  });
}
