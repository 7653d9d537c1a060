import { expect, test } from "vitest";
import { endsWithPattern, isTarget } from "./peft-targets.ts";

const names = [0, 1, 11].flatMap((layer) =>
  ["attention.query_key_value", "attention.dense", "mlp.dense_h_to_4h", "mlp.dense_4h_to_h"].map(
    (module) => `gpt_neox.layers.${layer}.${module}`,
  ),
);
const chosen = (targets: Parameters<typeof isTarget>[1]) => names.filter((name) => isTarget(name, targets));

test("a list names modules whole or by the end of their names after a dot", () => {
  expect(chosen({ target_modules: ["dense"] })).toEqual(names.filter((name) => name.endsWith(".dense")));
  expect(chosen({ target_modules: ["0.attention.dense"] })).toEqual([names[1]]);
  expect(chosen({ target_modules: [names[6]!] })).toEqual([names[6]]);
});

test("a text is a regular expression of the whole name, all-linear is every linear", () => {
  expect(chosen({ target_modules: "dense" })).toEqual([]);
  expect(chosen({ target_modules: ".*\\.1\\..*dense_.*" })).toEqual(names.slice(6, 8));
  expect(chosen({ target_modules: "All-Linear" })).toEqual(names);
  expect(() => chosen({ target_modules: "(" })).toThrow(/cannot be used as a regular expression/);
});

test("excluded modules are left out, by the same rules", () => {
  expect(chosen({ target_modules: "all-linear", exclude_modules: ["dense", "query_key_value"] })).toEqual(
    names.filter((name) => name.includes("mlp")),
  );
});

test("layers are those of the number after a part of the name; modules named whole are in any layer", () => {
  const targets = { target_modules: ["dense"], layers_to_transform: [1, 11] };
  expect(chosen(targets)).toEqual([names[5], names[9]]);
  expect(chosen({ ...targets, layers_to_transform: 0 })).toEqual([names[1]]);
  expect(chosen({ ...targets, layers_pattern: "blocks" })).toEqual([]);
  expect(chosen({ ...targets, layers_pattern: ["layers"] })).toEqual([names[5], names[9]]);
  expect(chosen({ target_modules: [names[1]!], layers_to_transform: [11] })).toEqual([names[1]]);
});

test("a pattern of ranks matches the end of a name after a dot", () => {
  expect(endsWithPattern("gpt_neox.layers.1.attention.dense", "attention.dense")).toBe(true);
  expect(endsWithPattern("gpt_neox.layers.11.attention.dense", "layers.1.attention.dense")).toBe(false);
  expect(endsWithPattern("gpt_neox.layers.1.mlp.dense_h_to_4h", "dense")).toBe(false);
});
