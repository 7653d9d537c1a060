import { describe, expect, test } from "vitest";
import { adapterDifference, describeAdapter } from "./describe-adapter.ts";
import type { Adapter } from "./kinds/index.ts";

const module = (rank: number, settings: object = {}) => ({
  name: `of rank ${rank}`,
  rank,
  alpha: 2 * rank,
  settings: { dropout: 0, bias: "none", ...settings },
});

test.each([
  ["lora", [module(8), module(8)], "lora, rank 8, alpha 16"],
  ["lora", [module(32), module(8), module(32)], "lora, ranks 8 and 32, alphas 16 and 64"],
  ["lora", [module(8), module(8), module(32)], "lora, ranks 8 and 32, alphas 16 and 64"],
  ["lora", [module(8), { ...module(8), alpha: 8 }], "lora, ranks 8 and 8, alphas 8 and 16"],
  ["dora", [module(8, { dropout: 0.1 })], "dora, rank 8, alpha 16, dropout 0.1"],
  ["full", [{ name: "any", rank: 0, alpha: 0, settings: {} }], "full"],
  ["full", [], "full"],
])(
  "an adapter is described by its kind, ranks and alphas, and settings that are not the defaults: %s",
  (kind, modules, expected) => {
    expect(describeAdapter({ kind, modules })).toBe(expected);
  },
);

describe("the difference between two adapters", () => {
  const named = (name: string, changes: object = {}) => ({ ...module(8), name, ...changes });
  const wanted: Adapter = { kind: "lora", modules: [named("a"), named("b")] };
  const of = (changes: Partial<Adapter>) => adapterDifference({ ...wanted, ...changes }, wanted);

  test("is none if modules, sizes and settings are equal, in whatever order", () => {
    expect(of({})).toBeUndefined();
    expect(of({ modules: [named("b"), named("a")] })).toBeUndefined();
  });

  test.each<[Partial<Adapter>, string]>([
    [{ kind: "rslora" }, "kind rslora, not lora"],
    [{ kind: "full" }, "kind full, not lora"],
    [{ modules: [named("a"), named("b", { rank: 4 })] }, "b with rank 4, not 8"],
    [{ modules: [named("a", { alpha: 8 }), named("b")] }, "a with alpha 8, not 16"],
    [
      { modules: [named("a"), named("b", { settings: { dropout: 0.1, bias: "none" } })] },
      "b with dropout 0.1, not 0",
    ],
    [{ modules: [named("a"), named("b", { settings: { dropout: 0 } })] }, 'b with bias unset, not "none"'],
    [{ modules: [named("a")] }, "no adapter on b"],
    [{ modules: [named("c"), named("b"), named("a")] }, "an adapter on c too"],
  ])("names the first: %o", (changes, difference) => {
    expect(of(changes)).toBe(difference);
  });

  test("is none between full ones, which train everything whatever their modules", () => {
    expect(adapterDifference({ kind: "full", modules: [] }, { ...wanted, kind: "full" })).toBeUndefined();
  });
});
