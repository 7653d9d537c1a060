import { UserError } from "@ft/artifacts";
import type { Ops } from "@ft/backend";
import { expect, test } from "vitest";
import { createTrainable } from "../adapters/trainable.ts";
import type { ModelConfig } from "../families/index.ts";
import type { Weights } from "../weights/host-tensor.ts";
import { loadDecoder, loadFoldedDecoder } from "./load.ts";

/** Claims to be larger than wasm's heap, and must not be read. */
const weights: Weights = new Map([
  [
    "w",
    {
      shape: [3 * 2 ** 28],
      get data(): Float32Array {
        throw new Error("read");
      },
    },
  ],
]);
/** A backend with only its info: any operation would fail. */
const wasm = { info: { name: "wasm", device: "cpu", library: "", threads: 1 } } as Ops;
const config = {} as ModelConfig;

test.each<[string, () => unknown]>([
  ["evaluation", () => loadDecoder(wasm, config, weights)],
  ["attribution", () => loadFoldedDecoder(wasm, config, weights)],
  ["training", () => createTrainable(wasm, { config, weights }, { kind: "lora", modules: [] }, 1)],
])("a model too large for the backend is refused before %s loads it", (_, load) => {
  expect(load).toThrow(UserError);
});
