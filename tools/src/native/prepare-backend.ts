/** What `npm start` and `npm test` do about the native backend, told in one line. */

import { readFileSync, rmSync } from "node:fs";
import { createProgress, UserError, writeFileAtomic } from "@ft/artifacts";
import { bindingFolder } from "@ft/backend";
import { interruptible, type NativeBackend, setUpNative } from "./set-up.ts";

/** A failure that took longer than this is remembered, and not repeated unasked for a day. In milliseconds. */
const LONG = 2_000;
const DAY = 24 * 3600 * 1000;

/** A set-up that failed, as recorded beside where the binding would be. */
interface Failure {
  problem: string;
  /** Milliseconds since 1970. */
  when: number;
}

/**
 * Sets up the native backend as FT_BACKEND asks: `native` and `gpu` must come about, `auto` (the default) falls back to
 * wasm, and for any other nothing is set up.
 *
 * @returns a line that says which backend there is, and if it is not the native one, why and what to do
 * @throws UserError if the backend that was asked for cannot be had, or when interrupted
 */
export async function prepareBackend(wanted: string = process.env.FT_BACKEND || "auto"): Promise<string> {
  if (wanted !== "auto" && wanted !== "native" && wanted !== "gpu")
    return `Backend: ${wanted}, as FT_BACKEND says.`;
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
