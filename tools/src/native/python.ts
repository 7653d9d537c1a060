/** The Python whose pip downloads the wheel. */

import { UserError } from "@ft/artifacts";
import { execa } from "execa";
import type { Python } from "./wheel.ts";

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
