/** The pip wheel with TensorFlow's C library for a machine, and the parts of it that are needed. */

import { UserError } from "@ft/artifacts";

/** A Python, as far as pip's choice of wheels depends on it. */
export interface Python {
  /** The command that starts it, with pip installed. */
  command: string;
  /** Such as [3, 11]. */
  version: readonly [number, number];
}

/** The machine a wheel is for, as Node names it. */
export interface Machine {
  platform: NodeJS.Platform;
  arch: string;
}

/** The Pythons that TensorFlow 2.21 has wheels for. The library inside is the same in each. */
const OLDEST: readonly [number, number] = [3, 10];
const NEWEST: readonly [number, number] = [3, 13];

/**
 * The requirement for pip. `tensorflow-cpu` exists only on x64; on ARM, and on Apple's machines, `tensorflow` itself
 * computes on the CPU. With CUDA, NVIDIA's libraries are included.
 *
 * @throws UserError if TensorFlow has no wheel
 */
export function requirement(version: string, { platform, arch }: Machine, gpu: boolean): string {
  const refuse = (problem: string) =>
    new UserError(problem, {
      remedy: "set FT_TENSORFLOW to a folder with TensorFlow's C library to use that",
    });
  if (platform !== "linux" && platform !== "darwin")
    throw new UserError(`the native backend is not supported on ${platform}`);
  if (gpu) {
    if (platform === "linux" && arch === "x64") return `tensorflow[and-cuda]==${version}`;
    throw refuse(`TensorFlow has no wheel with CUDA for ${platform} on ${arch}`);
  }
  if (platform === "linux" && arch === "x64") return `tensorflow-cpu==${version}`;
  if (arch === "arm64") return `tensorflow==${version}`;
  throw refuse(`TensorFlow ${version} has no wheel for ${platform} on ${arch}`);
}

/**
 * The arguments of Python that download the wheel into `folder`. A Python too new or too old for TensorFlow downloads
 * the wheel of another version: no Python code is run from it.
 */
export function downloadArguments(wanted: string, python: Python, folder: string): string[] {
  const args = ["-m", "pip", "download", "--only-binary=:all:", "--no-cache-dir", "--dest", folder];
  if (!wanted.includes("[")) args.push("--no-deps");
  if (isBefore(python.version, OLDEST)) args.push("--python-version", OLDEST.join("."));
  if (isBefore(NEWEST, python.version)) args.push("--python-version", NEWEST.join("."));
  return [...args, wanted];
}

function isBefore(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}

/** The headers that the binding's sources include, directly or not. */
const HEADERS = ["tensorflow/c/", "tensorflow/core/platform/", "tsl/platform/", "xla/tsl/c/"];

/** Whether the binding needs a wheel's entry: the C library, its headers, CUDA's libraries. */
export function isNeeded(entry: string): boolean {
  const header = "tensorflow/include/";
  if (entry.startsWith(header)) return HEADERS.some((folder) => entry.startsWith(folder, header.length));
  return (
    /^tensorflow\/libtensorflow_(cc|framework)\.[^/]+$/.test(entry) || /^nvidia\/[^/]+\/lib\//.test(entry)
  );
}
