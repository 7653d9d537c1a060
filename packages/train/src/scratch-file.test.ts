import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readScratch, writeScratch } from "./scratch-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scratch-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const content = {
  notes: { step: 3, losses: [0.1, 1e-300] },
  tensors: new Map([
    ["b", { shape: [2, 2], data: Float32Array.of(1, -0, 1e-45, 3.4e38) }],
    ["a", { shape: [], data: Float32Array.of(7) }],
    ["none", { shape: [0, 3], data: new Float32Array(0) }],
  ]),
};

test("a file is read back in its order, bit for bit", () => {
  const file = join(folder, "deep", "state");
  writeScratch(file, { notes: 1, tensors: new Map() });
  writeScratch(file, content);
  const read = readScratch(file)!;
  expect(read).toEqual(content);
  expect([...read.tensors.keys()]).toEqual(["b", "a", "none"]);
});

test("a file that is missing, truncated or changed anywhere is read as undefined", () => {
  const file = join(folder, "state");
  expect(readScratch(file)).toBeUndefined();
  writeScratch(file, content);
  const whole = readFileSync(file);
  for (let i = 0; i < whole.length; i++) {
    writeFileSync(file, whole.subarray(0, i));
    expect(readScratch(file)).toBeUndefined();
    const flipped = Buffer.from(whole);
    flipped[i]! ^= 1 << (i % 8);
    writeFileSync(file, flipped);
    expect(readScratch(file)).toBeUndefined();
  }
});
