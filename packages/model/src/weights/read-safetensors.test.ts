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
import { UserError } from "@ft/artifacts";
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
    const halves = [0x3c00, 0xc000, 0x0001, 0x3f80, 0xc000, 0x0080];
    for (const [i, half] of halves.entries()) data.setUint16(2 * i, half, true);
    data.setFloat32(12, 1.5, true);
    data.setFloat32(16, -2.25, true);
    writeFileSync(file, bytes);
    for (const maxReadBytes of [1, 3, 1000]) {
      const opened = openSafetensors(file, maxReadBytes);
      expect(opened.read("half")).toEqual({ shape: [3], data: Float32Array.of(1, -2, 2 ** -24) });
      expect(opened.read("brain")).toEqual({
        shape: [1, 3],
        data: Float32Array.of(1, -2, 2 ** -126),
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

  test.each([
    ["F32", 4, [0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001]],
    ["F16", 2, [0x7c00, 0xfc00, 0x7e00, 0x7c01]],
    ["BF16", 2, [0x7f80, 0xff80, 0x7fc0, 0x7f81]],
  ])("refuses infinities and NaN of %s by tensor and element", (dtype, size, patterns) => {
    const count = 5;
    const header = {
      good: { dtype, shape: [count], data_offsets: [0, count * size] },
      bad: { dtype, shape: [count], data_offsets: [count * size, 2 * count * size] },
    };
    for (const pattern of patterns) {
      const bytes = safetensorsBytes(header, 2 * count * size);
      const view = new DataView(bytes.buffer, bytes.length - 2 * size);
      if (size === 4) view.setUint32(0, pattern, true);
      else view.setUint16(0, pattern, true);
      writeFileSync(file, bytes);
      for (const maxReadBytes of [1, 3, 1000]) {
        const opened = openSafetensors(file, maxReadBytes);
        expect(opened.read("good").data).toEqual(new Float32Array(count));
        expect(() => opened.read("bad")).toThrow(
          /not a finite number\n {2}file: .*\n {2}place: tensor "bad", element 3\n {2}value: (-?Infinity|NaN)\n.*bfloat16/,
        );
      }
    }
  });

  test.each([
    ["F32", 4, 0x7f800000],
    ["BF16", 2, 0x7f80],
  ])("reads and checks %s of more values than it takes at once", (dtype, size, infinity) => {
    const count = 2 ** 18 + 5;
    const bytes = safetensorsBytes(
      { a: { dtype, shape: [count], data_offsets: [0, count * size] } },
      count * size,
    );
    const data = new DataView(bytes.buffer, bytes.length - count * size);
    // 1 in either type: a bfloat16 is the upper half of a float32.
    data.setUint16((count - 2) * size + size - 2, 0x3f80, true);
    writeFileSync(file, bytes);
    const values = openSafetensors(file).read("a").data;
    expect([values.length, values.indexOf(1)]).toEqual([count, count - 2]);
    if (size === 4) data.setUint32((count - 1) * size, infinity, true);
    else data.setUint16((count - 1) * size, infinity, true);
    writeFileSync(file, bytes);
    expect(() => openSafetensors(file).read("a")).toThrow(`element ${count - 1}`);
  });

  test.each([
    [
      "a Git LFS pointer",
      "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
      /git lfs pull/,
    ],
    ["a web page", "<!DOCTYPE html><html>", /download/],
    ["a Python pickle", "\x80\x02}q\x00.", /save_pretrained/],
    ["a PyTorch file", `PK\x03\x04${"\0".repeat(26)}archive/data.pkl`, /save_pretrained/],
    ["a GGUF file", "GGUF\x03\0\0\0", /safetensors/],
    ["JSON", '{"message": "Not found"}', /right file/],
  ])("recognises %s under a safetensors file's name", (kind, contents, remedy) => {
    writeFileSync(file, contents, "latin1");
    const open = () => openSafetensors(file);
    expect(open).toThrow(UserError);
    expect(open).toThrow(`the file is not safetensors, but ${kind}`);
    expect(open).toThrow(remedy);
  });

  test("is not deceived by a header as long as a pickle's first bytes", () => {
    // 0x280 as a length is how a pickle of protocol 2 begins.
    const header = { a: { dtype: "F32", shape: [1], data_offsets: [0, 4] } };
    writeFileSync(file, safetensorsBytes(JSON.stringify(header).padEnd(0x280), 4));
    expect(openSafetensors(file).tensors.size).toBe(1);
  });

  test("names a file that is not there, or is a folder", () => {
    expect(() => openSafetensors(join(folder, "none"))).toThrow(/no such file\n {2}file: .*none/);
    expect(() => openSafetensors(folder)).toThrow(/this is a folder, not a file/);
  });
});
