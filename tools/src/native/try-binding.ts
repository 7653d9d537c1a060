/** Tests a binding in a separate process: an incompatible one can end the process it is loaded into. */

import { UserError } from "@ft/artifacts";
import type { BindingDevice } from "@ft/backend";
import { execa } from "execa";

/** A binding's report. */
export interface BindingReport {
  /** TensorFlow's version, such as "2.21.0". */
  version: string;
  device: BindingDevice;
}

/** Loads the binding named by the first argument, tests it and prints a {@link BindingReport}. */
const PROGRAM = `
import { loadBinding, selfTest } from "@ft/backend";
const binding = loadBinding(process.argv[1]);
selfTest(binding);
const report = { version: binding.TF_Version, device: binding.isUsingGpuDevice() ? "gpu" : "cpu" };
console.log(JSON.stringify(report));
`;

/** Loads the kernels named by the second argument into the first one's TensorFlow, which tests them. */
const KERNELS_PROGRAM = `
import { loadBinding, loadKernels } from "@ft/backend";
loadKernels(loadBinding(process.argv[1]), process.argv[2]);
`;

const PATIENCE = 60_000;

/**
 * Runs a binding's self-test: about a second.
 *
 * @throws UserError if it does not load, gives a wrong answer, or computes on the CPU although a GPU was requested
 */
export async function tryBinding(path: string, device: BindingDevice): Promise<BindingReport> {
  const stdout = await runTest(PROGRAM, [path]);
  const report = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as BindingReport;
  if (device === "gpu" && report.device !== "gpu")
    throw new UserError("it computes on the CPU although a GPU was requested", {
      file: path,
      remedy: "check that `nvidia-smi` shows a GPU and a driver new enough for CUDA 12",
    });
  return report;
}

/**
 * Runs the kernels' self-test.
 *
 * @throws UserError if they do not load or give a wrong answer
 */
export async function tryKernels(binding: string, path: string): Promise<void> {
  await runTest(KERNELS_PROGRAM, [binding, path]);
}

/** The output of a self-test. @throws UserError, naming the last of the files, if it fails */
async function runTest(program: string, files: readonly string[]): Promise<string> {
  const { failed, timedOut, stdout, stderr, signal } = await execa(
    process.execPath,
    ["--input-type=module", "--eval", program, ...files],
    { cwd: new URL(".", import.meta.url), reject: false, stdin: "ignore", timeout: PATIENCE },
  );
  const file = files.at(-1)!;
  if (timedOut) throw new UserError("its self-test did not end", { file });
  if (!failed) return stdout;
  const reason = signal ? `its self-test ended with ${signal}` : `its self-test failed: ${lastError(stderr)}`;
  throw new UserError(reason, { file });
}

/** The message of the error that ended a Node process. */
export function lastError(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  return lines.findLast((line) => /^\w*Error\b.*:/.test(line)) ?? lines.at(-1) ?? "it gave no reason";
}
