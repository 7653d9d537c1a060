/** Downloads wheels through pip, which knows the index, the mirrors and the certificates of the machine. */

import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Progress, UserError } from "@ft/artifacts";
import { execa, type ResultPromise } from "execa";
import { downloadArguments, type Python } from "./wheel.ts";

const POLL = 500;
const MEGA = 1e6;

/** The progress and the abort signal of a long job. */
export interface Running {
  progress: Progress;
  signal?: AbortSignal | undefined;
}

/**
 * Downloads what `wanted` asks for into `folder`, which must exist, and counts the megabytes as they come.
 *
 * @returns the wheels' paths
 * @throws UserError with pip's own reason, if it fails
 */
export async function downloadWheels(
  wanted: string,
  python: Python,
  folder: string,
  { progress, signal }: Running,
): Promise<string[]> {
  const wheels = join(folder, "wheels");
  // pip writes to its temporary folder while it downloads: ours can be watched, and is removed with the rest.
  const temporary = join(folder, "pip");
  for (const path of [wheels, temporary]) mkdirSync(path);
  const pip = execa(python.command, downloadArguments(wanted, python, wheels), {
    stdin: "ignore",
    env: { TMPDIR: temporary, PIP_DISABLE_PIP_VERSION_CHECK: "1" },
    reject: false,
    ...(signal && { cancelSignal: signal }),
  });
  const stopWatching = watch(pip, [wheels, temporary], wanted, progress);
  const { failed, stderr } = await pip;
  stopWatching();
  signal?.throwIfAborted();
  rmSync(temporary, { recursive: true, force: true });
  if (failed) {
    throw new UserError(`pip could not download ${wanted}: ${reasonOf(stderr)}`, {
      remedy: "check the network and pip's configuration, or set FT_TENSORFLOW to a TensorFlow on disk",
    });
  }
  return readdirSync(wheels).map((name) => join(wheels, name));
}

/** Shows the bytes in the folders against those announced by pip. Returns a function that ends it. */
function watch(
  pip: ResultPromise,
  folders: readonly string[],
  wanted: string,
  progress: Progress,
): () => void {
  let announced = 0;
  let shown = 0;
  pip.stdout?.on("data", (text: Buffer) => {
    const more = announcedMegabytes(String(text));
    if (more === 0) return;
    announced += more;
    progress.start(Math.round(announced), `downloading ${wanted}`, "MB");
    progress.advance(shown);
  });
  const timer = setInterval(() => {
    const arrived = Math.floor(folders.reduce((sum, folder) => sum + sizeOf(folder), 0) / MEGA);
    const now = Math.min(arrived, Math.round(announced));
    if (now > shown) progress.advance(now - shown);
    shown = Math.max(shown, now);
  }, POLL);
  return () => {
    clearInterval(timer);
    progress.stop();
  };
}

/** The megabytes that pip's output announces, as in "Downloading tensorflow_cpu-2.21.0-cp311.whl (273.8 MB)". */
export function announcedMegabytes(output: string): number {
  const units: Record<string, number> = { kB: 1e-3, MB: 1, GB: 1e3 };
  let sum = 0;
  for (const [, size, unit] of output.matchAll(/^\s*Downloading \S+ \(([\d.]+) ([kMG]B)\)/gm))
    sum += Number(size) * (units[unit ?? ""] ?? 0);
  return sum;
}

/** The last error of pip. */
export function reasonOf(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  const errors = lines.filter((line) => line.startsWith("ERROR:"));
  return (errors.at(-1) ?? lines.at(-1) ?? "it gave no reason").replace(/^ERROR:\s*/, "");
}

/** The bytes in a folder. Files that vanish meanwhile count as empty. */
function sizeOf(folder: string): number {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((name) => statSync(join(folder, name), { throwIfNoEntry: false }))
      .reduce((sum, stat) => sum + (stat?.isFile() ? stat.size : 0), 0);
  } catch {
    return 0;
  }
}

/**
 * The first of `python3` and `python` that runs and has pip.
 *
 * @throws UserError if there is none
 */
export async function findPython(env: NodeJS.ProcessEnv = process.env): Promise<Python> {
  for (const command of ["python3", "python"]) {
    const { failed, stdout } = await execa(
      command,
      ["-c", "import sys, pip; print(sys.version_info[0], sys.version_info[1])"],
      { reject: false, env, extendEnv: false, stdin: "ignore" },
    );
    const [major, minor] = failed ? [] : stdout.trim().split(" ").map(Number);
    if (major !== undefined && minor !== undefined) return { command, version: [major, minor] };
  }
  throw new UserError("no Python with pip was found to download TensorFlow with", {
    remedy:
      "install one, on Debian and Ubuntu with `apt install python3-pip`, or set FT_TENSORFLOW to a TensorFlow on disk",
  });
}
