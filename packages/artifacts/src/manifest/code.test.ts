import { expect, test } from "vitest";
import { codeHash } from "./code.ts";

test("a package's code is the same whenever it is asked for, and another's is different", () => {
  expect(codeHash("lora")).toMatch(/^[0-9a-f]{64}$/);
  expect(codeHash("lora")).toBe(codeHash("lora"));
  expect(new Set(["bytes", "artifacts", "graph", "lora", "circuits", "tools"].map(codeHash)).size).toBe(6);
});

test("a package that does not exist is a mistake in the program", () => {
  expect(() => codeHash("nosuch")).toThrow("ENOENT");
});
