import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSafetensors } from "./read-safetensors.ts";
import { safetensorsBytes } from "./testing/malformed.ts";

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "safetensors-"));
  file = join(folder, "model.safetensors");
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("openSafetensors", () => {
  test("reads every type of weights, whatever the pieces it reads in", () => {
    const header = {
      half: { dtype: "F16", shape: [3], data_offsets: [0, 6] },
      brain: { dtype: "BF16", shape: [1, 3], data_offsets: [6, 12] },
      single: { dtype: "F32", shape: [2], data_offsets: [12, 20] },
      none: { dtype: "F32", shape: [0, 4], data_offsets: [20, 20] },
    };
    const bytes = safetensorsBytes(header, 20);
    const data = new DataView(bytes.buffer, bytes.length - 20);
    const halves = [0x3c00, 0xc000, 0x0001, 0x3f80, 0xc000, 0x7f80];
    for (const [i, half] of halves.entries()) data.setUint16(2 * i, half, true);
    data.setFloat32(12, 1.5, true);
    data.setFloat32(16, -2.25, true);
    writeFileSync(file, bytes);
    for (const maxReadBytes of [1, 3, 1000]) {
      const opened = openSafetensors(file, maxReadBytes);
      expect(opened.read("half")).toEqual({ shape: [3], data: Float32Array.of(1, -2, 2 ** -24) });
      expect(opened.read("brain")).toEqual({
        shape: [1, 3],
        data: Float32Array.of(1, -2, Number.POSITIVE_INFINITY),
      });
      expect(opened.read("single")).toEqual({ shape: [2], data: Float32Array.of(1.5, -2.25) });
      expect(opened.read("none")).toEqual({ shape: [0, 4], data: new Float32Array(0) });
    }
  });

  test("reads behind the first 4 GiB of a file", () => {
    const far = 5 * 2 ** 30;
    const bytes = safetensorsBytes({
      padding: { dtype: "U8", shape: [far], data_offsets: [0, far] },
      far: { dtype: "F32", shape: [1], data_offsets: [far, far + 4] },
    });
    const fd = openSync(file, "w"); // sparse: the padding takes no space
    writeSync(fd, bytes);
    ftruncateSync(fd, bytes.length + far);
    writeSync(fd, new Uint8Array(Float32Array.of(7).buffer), 0, 4, bytes.length + far);
    closeSync(fd);
    const opened = openSafetensors(file);
    expect(opened.read("far").data).toEqual(Float32Array.of(7));
  });

  test("says which tensor cannot be used as weights, and what to do", () => {
    writeFileSync(file, safetensorsBytes({ mask: { dtype: "I64", shape: [1], data_offsets: [0, 8] } }, 8));
    const opened = openSafetensors(file);
    expect(() => opened.read("mask")).toThrow(/tensor "mask"\n {2}value: "I64"\n {2}Convert the model/);
    expect(() => opened.read("musk")).toThrow(/"musk"; did you mean `mask`/);
  });

  test("notices that the file became shorter after it was opened, or was replaced", () => {
    const header = { a: { dtype: "F32", shape: [4], data_offsets: [0, 16] } };
    const bytes = safetensorsBytes(header, 16);
    writeFileSync(file, bytes);
    const opened = openSafetensors(file);
    truncateSync(file, bytes.length - 8);
    expect(() => opened.read("a")).toThrow(/changed while it was in use/);
    rmSync(file);
    writeFileSync(file, bytes);
    expect(() => opened.read("a")).toThrow(/changed while it was in use/);
    expect(openSafetensors(file).read("a").data).toEqual(new Float32Array(4));
  });

  test("names a file that is not there", () => {
    expect(() => openSafetensors(join(folder, "none"))).toThrow(
      /cannot be opened\n {2}file: .*none\n.*ENOENT/,
    );
  });
});
