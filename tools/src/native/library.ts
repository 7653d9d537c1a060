/** TensorFlow's C library on disk, in the two layouts it comes in. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "@ft/artifacts";

/** A TensorFlow C library for the compiler. */
export interface TensorFlowLibrary {
  /** The folder it was found in. */
  root: string;
  /** The folder that holds tensorflow/c/c_api.h. */
  include: string;
  /** The folder that holds the shared libraries. */
  folder: string;
  /** The shared libraries to link, by their names in `folder`. */
  files: string[];
}

const LIBRARY = /^libtensorflow(_cc|_framework)?(\.so\.2|\.2\.dylib)$/;

/**
 * Finds the library in the `tensorflow` folder of a pip wheel (libtensorflow_cc.so.2 next to include/) or in an unpacked
 * libtensorflow archive (lib/libtensorflow.so.2 next to include/); on macOS the names end in .2.dylib.
 *
 * @throws UserError if the folder holds neither
 */
export function findLibrary(root: string): TensorFlowLibrary {
  for (const folder of [root, join(root, "lib")]) {
    const files = list(folder).filter((file) => LIBRARY.test(file));
    const has = (part: string) => files.some((file) => file.startsWith(`libtensorflow${part}.`));
    if (!has("_framework") || !(has("_cc") || has(""))) continue;
    if (!list(join(root, "include/tensorflow/c")).includes("c_api.h")) continue;
    return { root, include: join(root, "include"), folder, files };
  }
  throw new UserError("no TensorFlow C library in the folder", {
    file: root,
    remedy:
      "give the `tensorflow` folder of an installed Python package, or an unpacked libtensorflow archive with lib/ and include/",
  });
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
