/** Chooses, loads and tests a backend. */

import { UserError } from "@ft/artifacts";
import { muteStderr } from "./mute-stderr.ts";
import { type Binding, loadBinding, selfTest } from "./native/binding.ts";
import { locateBinding } from "./native/locate-binding.ts";
import { NativeOps } from "./native/native-ops.ts";
import type { Ops } from "./ops.ts";
import { resolveThreads } from "./threads.ts";

const BACKENDS = ["auto", "gpu", "native", "tfjs", "wasm"] as const;

/** "gpu" is native, on a graphics card or not at all. */
export type BackendName = (typeof BACKENDS)[number];

export interface OpenBackendOptions {
  /** @default the environment's FT_BACKEND, else "auto": native where there is a binding, else wasm */
  backend?: BackendName;
  /** @default the environment's FT_THREADS, else one a core */
  threads?: number;
  /** Keeps TensorFlow's banners off stderr while it loads; for commands, see {@link muteStderr}. @default false */
  mute?: boolean;
}

/** One library a process; its thread count is fixed when it loads. */
let loaded: { binding: Binding; threads: number } | undefined;

/** Opens a backend. The caller owns it; several may be open at once. */
export async function openBackend(options: OpenBackendOptions = {}): Promise<Ops> {
  const threads = resolveThreads(options.threads);
  const { found, looked } = locateBinding();
  if (!found)
    throw new UserError(`no native binding: ${looked.join("; ")}`, { remedy: "npx ft setup-native" });
  const binding = load(found.path, threads, options.mute ?? false);
  selfTest(binding);
  return new NativeOps(binding, threads);
}

function load(path: string, threads: number, mute: boolean): Binding {
  if (loaded && loaded.threads !== threads)
    throw new Error(
      `TensorFlow is already loaded with ${loaded.threads} threads; ${threads} need a new process`,
    );
  if (!loaded) {
    process.env.TF_NUM_INTRAOP_THREADS = process.env.TF_NUM_INTEROP_THREADS = String(threads);
    loaded = { binding: mute ? muteStderr(() => loadBinding(path)) : loadBinding(path), threads };
  }
  return loaded.binding;
}
