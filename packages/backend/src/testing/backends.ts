/** The backends that can be tested here. */

import { loadBinding } from "../native/binding.ts";
import { locateBinding } from "../native/locate-binding.ts";
import { NativeOps } from "../native/native-ops.ts";
import { openBackend } from "../open-backend.ts";
import type { Ops } from "../ops.ts";
import { loadTfCore } from "../tf/tf-core.ts";

export interface TestBackend {
  name: string;
  open(): Promise<Ops>;
  /** How many tensors the library itself holds, constants included. */
  held(): number;
}

const { found, looked } = locateBinding();
if (!found) console.warn(`native and tfjs are not tested: there is no native binding (${looked.join("; ")})`);

const heldByTensorFlow = () => loadBinding(found!.path).getNumOfTensors();

/** Always wasm; if there is a binding, native with and without the custom kernels, and tfjs. */
export const testBackends: TestBackend[] = [
  ...(found
    ? [
        {
          name: "native",
          open: () => openBackend({ backend: "native" }),
          held: heldByTensorFlow,
        },
        {
          name: "native without kernels",
          async open() {
            const { info } = await openBackend({ backend: "native" });
            return new NativeOps(loadBinding(found.path), info.threads);
          },
          held: heldByTensorFlow,
        },
        {
          name: "tfjs",
          open: () => openBackend({ backend: "tfjs" }),
          held: () => loadTfCore().memory().numTensors,
        },
      ]
    : []),
  {
    name: "wasm",
    open: () => openBackend({ backend: "wasm" }),
    held: () => loadTfCore().memory().numTensors,
  },
];
