import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProvenance, readTable, tensorsSchema, writeTable } from "@ft/artifacts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Weights } from "./host-tensor.ts";
import { tensorRows, tensorsOfRows } from "./tensor-rows.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tensors-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const weights: Weights = new Map([
  ["b", { shape: [2, 3], data: Float32Array.of(1, -2, 0.5, 2 ** -24, 65_504, -0) }],
  ["a", { shape: [], data: Float32Array.of(3) }],
  ["none", { shape: [0], data: new Float32Array(0) }],
]);

describe("tensors in an Arrow table", () => {
  test.each(["float32", "float16"] as const)("come back as they were, from %s", async (dtype) => {
    await writeTable(
      folder,
      tensorsSchema,
      tensorRows(weights, dtype),
      createProvenance({ config: {}, seed: 1 }),
    );
    expect(tensorsOfRows(readTable(folder, tensorsSchema))).toEqual(weights);
  });

  test("are ordered by name", () => {
    expect([...tensorRows(weights)].map((row) => row.tensor)).toEqual(["a", "b", "none"]);
  });

  test("own their data: changing them leaves the row as it was", () => {
    const rows = [...tensorRows(weights)];
    tensorsOfRows(rows).get("a")!.data[0] = 9;
    expect(tensorsOfRows(rows)).toEqual(weights);
  });

  test("are refused if a name is duplicated", () => {
    const rows = [...tensorRows(weights), ...tensorRows(weights)];
    expect(() => tensorsOfRows(rows)).toThrow(/the tensor "a" twice/);
  });
});
