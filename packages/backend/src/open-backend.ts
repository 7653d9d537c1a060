/** Chooses, loads and tests a backend. */

import { addressLimit, addressRemedy, nearest, UserError } from "@ft/artifacts";
import { testAlignmentBy } from "./aligned-floats.ts";
import { muteStderr } from "./mute-stderr.ts";
import { type Binding, loadBinding, selfTest, sharesMemory } from "./native/binding.ts";
import { forcedInstructions, loadKernels, locateKernels } from "./native/kernels.ts";
import { type LocatedBinding, locateBinding } from "./native/locate-binding.ts";
import { NativeKernelOps } from "./native/native-kernel-ops.ts";
import { NativeOps } from "./native/native-ops.ts";
import type { Ops } from "./ops.ts";
import { openTfjs } from "./tf/open-tfjs.ts";
import { openWasm } from "./tf/open-wasm.ts";
import { resolveThreads } from "./threads.ts";

const BACKENDS = ["auto", "gpu", "native", "tfjs", "wasm"] as const;

/**
 * "native": TensorFlow through tfjs-node's compiled binding. "gpu": the same on a graphics card, or an error.
 * "tfjs": plain tensorflow.js over that binding. "wasm": tensorflow.js in WebAssembly. "auto": the first that works
 * of native, tfjs and wasm.
 */
export type BackendName = (typeof BACKENDS)[number];

export interface OpenBackendOptions {
  /** @default the environment's FT_BACKEND, else "auto" */
  backend?: BackendName;
  /** Of TensorFlow; wasm has one. @default the environment's FT_THREADS, else one that suits the model */
  threads?: number;
  /** Size of the model to be computed: a small one gets one thread, any other one thread per core. @default not small */
  modelParameters?: number;
  /** Keeps TensorFlow's banners off stderr while it loads; for commands, see {@link muteStderr}. @default false */
  mute?: boolean;
}

const setUp = (backend: BackendName) =>
  `To compile the native backend: npx ft setup-native${backend === "gpu" ? " --gpu" : ""}`;

/**
 * Opens a backend. Several may be open in a process; those on TensorFlow share the number of threads.
 * @throws UserError if the requested backend is not available; "auto" falls back to a slower one and says so on stderr
 */
export async function openBackend(options: OpenBackendOptions = {}): Promise<Ops> {
  const backend = resolveBackend(options.backend);
  const threads = resolveThreads(options.threads, options.modelParameters);
  if (backend === "wasm") return openWasm();
  const { found, looked } = locateBinding(backend === "gpu" ? ["gpu"] : ["gpu", "cpu"]);
  const acquire = (): Binding => {
    if (found) return acquireBinding(found, threads, options.mute ?? false);
    const place = looked.join("\n         ");
    throw new UserError("there is no native binding of TensorFlow here", { place, remedy: setUp(backend) });
  };
  if (backend === "auto") return openBest(acquire, threads);
  const binding = acquire();
  if (backend === "gpu" && !binding.isUsingGpuDevice())
    throw new UserError("TensorFlow finds no GPU", {
      file: found!.path,
      remedy:
        "Check that nvidia-smi lists one and that this binding is for GPUs, or choose FT_BACKEND=native.",
    });
  return backend === "tfjs" ? openTfjs(binding, threads) : openNative(binding, threads);
}

async function openBest(acquire: () => Binding, threads: number): Promise<Ops> {
  let binding: Binding;
  try {
    binding = acquire();
  } catch (error) {
    // If there are too few addresses for the binding, there are too few for wasm.
    if (!(error instanceof UserError) || memoryRemedy(error) !== undefined) throw error;
    const ops = await openWasm();
    warn(
      `Computing with wasm, which is slower than native and uses one thread: ${error.problem}. ${setUp("native")}`,
    );
    return ops;
  }
  try {
    return openNative(binding, threads);
  } catch (error) {
    warn(`Computing with plain tensorflow.js: ${(error as Error).message}`);
    return openTfjs(binding, threads);
  }
}

function openNative(binding: Binding, threads: number): Ops {
  selfTest(binding);
  return new (haveKernels(binding) ? NativeKernelOps : NativeOps)(binding, threads);
}

/** Whether the custom kernels could be loaded: they are optional, and only for the cache's binding on the CPU. */
function haveKernels(binding: Binding): boolean {
  if (loaded?.kernels !== undefined) return loaded.kernels;
  const path = binding.isUsingGpuDevice() || loaded?.source !== "cache" ? undefined : locateKernels();
  let kernels = false;
  if (path) {
    try {
      loadKernels(binding, path);
      kernels = true;
    } catch (error) {
      warn(`Computing without this project's kernels, which is slower: ${(error as Error).message}`);
    }
  }
  if (!kernels && forcedInstructions()) {
    throw new UserError("there are no kernels for the instruction set that FT_INSTRUCTIONS names", {
      remedy: setUp("native"),
    });
  }
  if (loaded) loaded.kernels = kernels;
  return kernels;
}

/** What this process has loaded: TensorFlow reads the number of threads once. */
let loaded: (LocatedBinding & { threads: number; binding: Binding; kernels?: boolean }) | undefined;

function acquireBinding({ path, source }: LocatedBinding, threads: number, mute: boolean): Binding {
  if (loaded) {
    if (loaded.path === path && loaded.threads === threads) return loaded.binding;
    throw new Error(
      `this process has loaded ${loaded.path} with ${loaded.threads} threads; another binding or number of threads needs its own process`,
    );
  }
  process.env.TF_NUM_INTRAOP_THREADS = process.env.TF_NUM_INTEROP_THREADS = String(threads);
  try {
    const binding = mute ? muteStderr(() => loadBinding(path)) : loadBinding(path);
    loaded = { path, source, threads, binding };
    testAlignmentBy((memory) => sharesMemory(binding, memory));
    return binding;
  } catch (error) {
    throw new UserError(`the native binding of TensorFlow does not load: ${(error as Error).message}`, {
      file: path,
      remedy: memoryRemedy(error as Error) ?? setUp("native"),
    });
  }
}

/** What to do if the loader has too few addresses for a library; undefined if that is not the problem. */
function memoryRemedy({ message }: Error): string | undefined {
  const limit = addressLimit();
  const isMemory = /failed to map segment|cannot allocate memory/i.test(message);
  return isMemory && limit !== undefined ? addressRemedy(limit) : undefined;
}

/** @throws UserError if there is no such backend */
function resolveBackend(option?: BackendName): BackendName {
  const value = option ?? (process.env.FT_BACKEND || "auto");
  const backend = BACKENDS.find((name) => name === value);
  if (backend) return backend;
  const near = nearest(value, BACKENDS);
  throw new UserError("there is no such backend", {
    value,
    remedy: `It is one of ${BACKENDS.join(", ")}${near ? `; did you mean ${near}?` : "."}`,
  });
}

function warn(line: string): void {
  process.stderr.write(`${line}\n`);
}
