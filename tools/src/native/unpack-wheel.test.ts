import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { storedZip } from "./testing/stored-zip.ts";
import { unpackWheel } from "./unpack-wheel.ts";

describe("unpackWheel", () => {
  let root: string;
  let wheel: string;
  let folder: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "ft-unpack-"));
    wheel = join(root, "some.whl");
    folder = join(root, "in/here");
    mkdirSync(folder, { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test("unpacks the wanted entries and counts their bytes", async () => {
    writeFileSync(wheel, storedZip({ "a/": "", "a/b/one.txt": "one", "a/two.txt": "three", "c.txt": "no" }));
    let announced = 0;
    let counted = 0;
    const files = await unpackWheel(wheel, folder, {
      wanted: (entry) => entry.startsWith("a/"),
      onStart: (bytes) => {
        announced = bytes;
      },
      onBytes: (bytes) => {
        counted += bytes;
      },
    });
    expect([files, announced, counted]).toEqual([2, 8, 8]);
    expect(readFileSync(join(folder, "a/b/one.txt"), "utf8")).toBe("one");
    expect(readdirSync(folder)).toEqual(["a"]);
  });

  test.each(["../out.txt", "/tmp/out.txt", "a/../../out.txt", "a\\..\\..\\out.txt"])(
    "refuses an archive with the name %s",
    async (name) => {
      writeFileSync(wheel, storedZip({ [name]: "x" }));
      await expect(unpackWheel(wheel, folder, { wanted: () => true })).rejects.toThrow(/path|characters/);
      expect(existsSync(join(root, "in/out.txt")) || existsSync(join(root, "out.txt"))).toBe(false);
    },
  );

  test("refuses a file that is not an archive, and a truncated one", async () => {
    const whole = storedZip({ "a.txt": "text" });
    for (const bytes of [Buffer.from("not a zip"), whole.subarray(0, whole.length - 30)]) {
      writeFileSync(wheel, bytes);
      await expect(unpackWheel(wheel, folder, { wanted: () => true })).rejects.toThrow();
    }
  });

  test("stops when aborted", async () => {
    writeFileSync(wheel, storedZip({ "a.txt": "text" }));
    const signal = AbortSignal.abort();
    await expect(unpackWheel(wheel, folder, { wanted: () => true, signal })).rejects.toThrow(/abort/i);
  });
});
