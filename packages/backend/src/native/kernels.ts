/** Custom operations in TensorFlow: finds their compiled library and checks its results. */

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "@ft/artifacts";
import type { Attribute, Binding } from "./binding.ts";
import { type BindingManifest, bindingFolder } from "./locate-binding.ts";

const require = createRequire(import.meta.url);
const LIBRARY = "ft_kernels.node";

/** The folder of the C++ sources, which are compiled on the machine that runs them; the same for a checkout and a build. */
export function kernelSources(): { folder: string; files: string[] } {
  const folder = fileURLToPath(new URL("../../src/native/kernels", import.meta.url));
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];
  return { folder, files: files.filter((name) => name.endsWith(".cc")) };
}

/** The levels of x86-64 that kernels are compiled for, best first, each with the processor flags it needs. */
const LEVELS = {
  "x86-64-v4": ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"],
  "x86-64-v3": ["avx2", "bmi2", "f16c", "fma", "movbe"],
  "x86-64": [],
} as const;

/** The instruction sets that this processor can run the kernels with; none if they are compiled for a single one here. */
export function instructionSets(): string[] {
  if (process.platform !== "linux" || process.arch !== "x64") return [];
  const flags = new Set(/^flags\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1]?.split(" "));
  const levels = Object.entries<readonly string[]>(LEVELS);
  return levels.filter(([, needed]) => needed.every((flag) => flags.has(flag))).map(([level]) => level);
}

/**
 * The instruction set that FT_INSTRUCTIONS restricts the kernels to; undefined to choose the best when they load.
 * @throws UserError if the processor does not have it
 */
export function forcedInstructions(): string | undefined {
  const value = process.env.FT_INSTRUCTIONS || undefined;
  if (value === undefined || instructionSets().includes(value)) return value;
  throw new UserError("this processor does not have the instruction set that FT_INSTRUCTIONS names", {
    value,
    remedy: `use one of ${instructionSets().join(", ")}, or leave it unset`,
  });
}

/** The cache's folder for the compiled kernels, named after all they depend on; it need not exist. */
export function kernelsFolder(): string {
  const hash = createHash("sha256").update(forcedInstructions() ?? "");
  const { folder } = kernelSources();
  if (existsSync(folder))
    for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  return `${bindingFolder("cpu")}_kernels-${hash.digest("hex").slice(0, 12)}`;
}

/** The compiled kernels in the cache, if they match their manifest. */
export function locateKernels(folder = kernelsFolder()): string | undefined {
  const path = join(folder, LIBRARY);
  try {
    const { sha256 } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as BindingManifest;
    const actual = createHash("sha256").update(readFileSync(path)).digest("hex");
    return actual === sha256 ? path : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Loads kernels into the TensorFlow of a loaded binding and tests each of them.
 * @throws what the dynamic linker says, or which kernel gave a wrong answer
 */
export function loadKernels(binding: Binding, path: string): void {
  require(path);
  testKernels(binding);
}

/** Small calls whose answers are known. */
function testKernels(binding: Binding): void {
  const made: number[] = [];
  const floats = (shape: number[], values: number[]) => {
    made.push(binding.createTensor(shape, binding.TF_FLOAT, Float32Array.from(values)));
    return made.at(-1)!;
  };
  const ints = (shape: number[], values: number[]) => {
    made.push(binding.createTensor(shape, binding.TF_INT32, Int32Array.from(values)));
    return made.at(-1)!;
  };
  const { TF_ATTR_INT: int, TF_ATTR_BOOL: bool, TF_ATTR_FLOAT: float } = binding;
  const expectTensors = (name: string, ids: number[], expected: number[]) => {
    const values = ids.flatMap((id) => [...binding.tensorDataSync(id)]);
    const right =
      values.length === expected.length && values.every((v, i) => Math.abs(v - expected[i]!) < 1e-5);
    if (!right) throw new Error(`${name} gave [${values}] instead of [${expected}]`);
  };
  const expectValues = (
    name: string,
    inputs: number[],
    attributes: Attribute[],
    outputs: number,
    expected: number[],
  ) => {
    const ids = binding.executeOp(name, attributes, inputs, outputs).map(({ id }) => id);
    made.push(...ids);
    expectTensors(name, ids, expected);
  };
  const attribute = (name: string, type: number, value: number | boolean): Attribute => ({
    name,
    type,
    value,
  });
  try {
    const x = floats([1, 2], [1, -1]);
    const one = floats([1, 2], [1, 1]);
    const centred = attribute("centred", bool, false);
    expectValues("FtGelu", [x], [], 1, [0.8413447, -0.1586553]);
    expectValues("FtGeluGradient", [x, one], [], 1, [1.0833155, -0.0833155]);
    expectValues(
      "FtNormalize",
      [floats([1, 2], [3, 1])],
      [attribute("epsilon", float, 0), centred],
      2,
      [1, -1, 1],
    );
    expectValues(
      "FtNormalizeGradient",
      [x, floats([1, 1], [1]), floats([1, 2], [2, 1])],
      [centred],
      1,
      [0, 0],
    );
    expectValues("FtMultiplyAdd", [x, floats([2], [3, 4]), one], [], 1, [4, -3]);
    const lists = ints([4], [2, 1, 2, 0]);
    const rows = [one, floats([2, 2], [0, 1, 2, 3])];
    expectValues(
      "FtAddRows",
      [floats([2], [5, 6]), lists, ...rows],
      [attribute("tensors", int, 2)],
      1,
      [7, 10, 5, 6],
    );
    expectValues("FtNorm", [x, one], [attribute("tensors", int, 2)], 1, [2]);
    const third = floats([1, 2], [Math.LN2, 0]);
    expectValues("FtSoftmax", [third], [], 1, [2 / 3, 1 / 3]);
    expectValues("FtLogSoftmax", [third], [], 1, [Math.log(2 / 3), Math.log(1 / 3)]);
    expectValues("FtKlDivergence", [floats([1, 2], [-Math.LN2, -Math.LN2]), third], [], 1, [
      Math.log(9 / 8) / 2,
    ]);
    expectValues("FtCrossEntropy", [third, ints([1], [1])], [], 2, [Math.log(3), 2 / 3, -2 / 3]);
    const state = [floats([1], [2]), floats([1], [0.5]), floats([1], [3])];
    // beta1 and beta2 are 1/2, decay 3/4, rate 2, epsilon 1.
    binding.executeOp("FtAdamW", [], [...state, floats([1], [1]), floats([5], [0.5, 0.5, 0.75, 2, 1])], 0);
    expectTensors("FtAdamW", state, [1.5 - 1.5 / (Math.SQRT2 + 1), 0.75, 2]);
    expectValues(
      "FtSegmentSum",
      [floats([2, 1], [1, 2]), ints([2], [1, 1])],
      [attribute("segments", int, 2)],
      1,
      [0, 3],
    );
    // Two rows of one head of width 2; the second attends to both equally.
    const tree = [
      floats([2, 6], [0, 0, 1, 0, 1, 2, 0, 0, 0, 1, 3, 4]),
      floats([0, 6], []),
      ints([3], [0, 1, 2]),
      ints([2, 2], [0, 1, 0, 2]),
      floats([2, 1], [1, 1]),
      floats([2, 1], [0, 0]),
    ];
    const heads = [attribute("heads", int, 1)];
    expectValues("FtAttend", tree, heads, 1, [1, 2, 2, 3]);
    const step = Math.SQRT1_2 / 2;
    const gradient = [0, 0, 0, 0, 0.5, 0, -step, step, 0, 0, 0.5, 0];
    expectValues("FtAttendGradient", [...tree, floats([2, 2], [0, 0, 1, 0])], heads, 1, gradient);
  } finally {
    for (const id of made) binding.deleteTensor(id);
  }
}
