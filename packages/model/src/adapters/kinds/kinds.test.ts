import { openBackend } from "@ft/backend";
import { expect, test } from "vitest";
import type { HostTensor } from "../../weights/host-tensor.ts";
import { adapterKind } from "./index.ts";

const filled = (value: number, ...shape: number[]): HostTensor => ({
  shape,
  data: new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(value),
});

test("AdaLoRA's update is scaled by alpha / (rank + 1e-5), as PEFT does", async () => {
  const ops = await openBackend();
  const kind = adapterKind("adalora");
  const module = { name: "x", ...kind.module.parse({ rank: 2, alpha: 2, settings: {} }) };
  const trained = new Map([
    ["x.lora_A", filled(1, 2, 3)],
    ["x.lora_B", filled(1, 4, 2)],
    ["x.lora_E", filled(1, 2, 1)],
  ]);
  const merged = kind.merge!(ops, module, new Map([["x.weight", filled(0, 4, 3)]]), trained);
  for (const value of merged.get("x.weight")!.data) expect(value).toBeCloseTo(4 / 2.00001, 6);
});

test("IA3's feed-forward modules are named by the whole last part of their path", () => {
  const kind = adapterKind("ia3");
  const modulesWith = (feedforward: string[]) => {
    const given = kind.module.parse({ rank: 0, alpha: 0, settings: { feedforward } });
    return ["a.mlp.dense_h_to_4h", "a.attention.dense"].map((name) => ({ name, ...given }));
  };
  expect(kind.problem!(modulesWith(["dense_h_to_4h"]))).toBeUndefined();
  expect(kind.problem!(modulesWith(["h_to_4h"]))).toMatch(/names `h_to_4h`, which has no adapter/);
});
