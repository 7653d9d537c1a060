import { UserError } from "@ft/artifacts";
import { expect, test } from "vitest";
import { assertFits, assertRoom } from "./capacity.ts";
import type { BackendInfo } from "./ops.ts";

const GIB = 2 ** 30;
const on = (name: BackendInfo["name"]): BackendInfo => ({ name, device: "cpu", library: "", threads: 1 });

test("wasm refuses a model whose weights take more than half of its memory; other backends do not", () => {
  expect(() => assertFits(on("wasm"), 1.7 * GIB)).not.toThrow();
  expect(() => assertFits(on("wasm"), 1.8 * GIB)).toThrow(UserError);
  expect(() => assertFits(on("wasm"), 1.8 * GIB)).toThrow(/1\.8 GiB of weights.*holds 3\.5 GiB/);
  expect(() => assertFits(on("native"), 100 * GIB)).not.toThrow();
});

test("a computation that outgrows wasm stops with a reason instead of aborting", () => {
  expect(() => assertRoom(3 * GIB)).not.toThrow();
  expect(() => assertRoom(3.6 * GIB)).toThrow(/3\.6 GiB of tensors[\s\S]*smaller batch/);
});
