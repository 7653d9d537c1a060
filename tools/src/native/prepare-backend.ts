/** The set-up of the native backend by `npm start` and `npm test`, reported in one line. */

import { readFileSync, rmSync } from "node:fs";
import { createProgress, UserError, writeFileAtomic } from "@ft/artifacts";
import { bindingFolder } from "@ft/backend";
import { interruptible, type NativeBackend, setUpNative } from "./set-up.ts";

/** A failure that took longer than this is remembered, and not retried automatically for a day. In milliseconds. */
const LONG = 2_000;
const DAY = 24 * 3600 * 1000;

/** A failed set-up, recorded next to the binding's place. */
interface Failure {
  problem: string;
  /** Milliseconds since 1970. */
  when: number;
}

/**
 * Sets up the native backend as FT_BACKEND asks: `native` and `gpu` must succeed, `auto` (the default) falls back to
 * wasm, and any other value needs no set-up.
 *
 * @returns a line that names the backend and, if it is not the native one, the reason and the remedy
 * @throws UserError if the requested backend is not available, or when interrupted
 */
export async function prepareBackend(wanted: string = process.env.FT_BACKEND || "auto"): Promise<string> {
  if (wanted !== "auto" && wanted !== "native" && wanted !== "gpu")
    return `Backend: ${wanted}, set by FT_BACKEND.`;
  const failures = `${bindingFolder("cpu")}.failure.json`;
  const earlier = wanted === "auto" ? recall(failures) : undefined;
  if (earlier) return wasmLine(earlier.problem, "not tried again today; `npx ft setup-native` does");
  const began = Date.now();
  const progress = createProgress();
  try {
    const backend = await interruptible((signal) => setUpNative({ gpu: wanted === "gpu", progress, signal }));
    rmSync(failures, { force: true });
    return nativeLine(backend);
  } catch (error) {
    const interrupted = process.exitCode !== undefined;
    if (!(error instanceof UserError) || wanted !== "auto" || interrupted) throw error;
    const failure: Failure = { problem: error.problem, when: Date.now() };
    if (failure.when - began > LONG) writeFileAtomic(failures, JSON.stringify(failure));
    return wasmLine(error.problem, error.at.remedy);
  } finally {
    progress.stop();
  }
}

/** A native backend in a line. */
export function nativeLine({ version, device, built, withoutKernels }: NativeBackend): string {
  const slower = withoutKernels ? ` Slower, without this project's kernels: ${withoutKernels}.` : "";
  return `Backend: native, TensorFlow ${version} on the ${device.toUpperCase()}${built ? ", compiled now" : ""}.${slower}`;
}

function wasmLine(reason: string, remedy = "`npx ft doctor` says more"): string {
  return `Backend: wasm, slower than native and on one thread: ${reason} (${remedy}).`;
}

function recall(file: string): Failure | undefined {
  if (process.env.FT_TENSORFLOW || process.env.FT_BINDING) return undefined;
  try {
    const failure = JSON.parse(readFileSync(file, "utf8")) as Failure;
    return Date.now() - failure.when < DAY ? failure : undefined;
  } catch {
    return undefined;
  }
}
