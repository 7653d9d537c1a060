import { expect, test } from "vitest";
import { describeAdapter } from "./describe-adapter.ts";

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
