/** The backends that can be tested here. */

import { loadBinding } from "../native/binding.ts";
import { locateBinding } from "../native/locate-binding.ts";
import { openBackend } from "../open-backend.ts";
import type { Ops } from "../ops.ts";
import { loadTfCore } from "../tf/tf-core.ts";

export interface TestBackend {
  name: "native" | "tfjs" | "wasm";
  open(): Promise<Ops>;
  /** How many tensors the library itself holds, constants included. */
  held(): number;
}

const { found, looked } = locateBinding();
if (!found) console.warn(`native and tfjs are not tested: there is no native binding (${looked.join("; ")})`);

/** wasm always; native and tfjs where there is a binding. */
export const testBackends: TestBackend[] = [
  ...(found
    ? ([
        {
          name: "native",
          open: () => openBackend({ backend: "native" }),
          held: () => loadBinding(found.path).getNumOfTensors(),
        },
        {
          name: "tfjs",
          open: () => openBackend({ backend: "tfjs" }),
          held: () => loadTfCore().memory().numTensors,
        },
      ] as const)
    : []),
  {
    name: "wasm",
    open: () => openBackend({ backend: "wasm" }),
    held: () => loadTfCore().memory().numTensors,
  },
];
