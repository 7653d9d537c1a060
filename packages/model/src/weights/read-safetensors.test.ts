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
  test("reads every type of weights, whatever the pieces it reads in", async () => {
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
      const opened = await openSafetensors(file, maxReadBytes);
      expect(await opened.read("half")).toEqual({ shape: [3], data: Float32Array.of(1, -2, 2 ** -24) });
      expect(await opened.read("brain")).toEqual({
        shape: [1, 3],
        data: Float32Array.of(1, -2, Number.POSITIVE_INFINITY),
      });
      expect(await opened.read("single")).toEqual({ shape: [2], data: Float32Array.of(1.5, -2.25) });
      expect(await opened.read("none")).toEqual({ shape: [0, 4], data: new Float32Array(0) });
      await opened.close();
    }
  });

  test("reads behind the first 4 GiB of a file", async () => {
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
    const opened = await openSafetensors(file);
    expect((await opened.read("far")).data).toEqual(Float32Array.of(7));
    await opened.close();
  });

  test("says which tensor cannot be used as weights, and what to do", async () => {
    writeFileSync(file, safetensorsBytes({ mask: { dtype: "I64", shape: [1], data_offsets: [0, 8] } }, 8));
    const opened = await openSafetensors(file);
    await expect(opened.read("mask")).rejects.toThrow(
      /tensor "mask"\n {2}value: "I64"\n {2}Convert the model/,
    );
    await expect(opened.read("musk")).rejects.toThrow(/"musk"; did you mean `mask`/);
    await opened.close();
  });

  test("notices that the file became shorter after it was opened", async () => {
    const bytes = safetensorsBytes({ a: { dtype: "F32", shape: [4], data_offsets: [0, 16] } }, 16);
    writeFileSync(file, bytes);
    const opened = await openSafetensors(file);
    truncateSync(file, bytes.length - 8);
    await expect(opened.read("a")).rejects.toThrow(/became shorter while it was read/);
    await opened.close();
  });

  test("names a file that is not there", async () => {
    await expect(openSafetensors(join(folder, "none"))).rejects.toThrow(
      /cannot be opened\n {2}file: .*none\n.*ENOENT/,
    );
  });
});
