import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findLibrary } from "./library.ts";

describe("findLibrary", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "ft-library-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function touch(...names: string[]) {
    for (const name of names) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), "");
    }
  }

  test("finds that of a pip wheel, without the libraries of its Python part", () => {
    touch(
      "libtensorflow_cc.so.2",
      "libtensorflow_framework.so.2",
      "include/tensorflow/c/c_api.h",
      "libother.so",
    );
    expect(findLibrary(root)).toEqual({
      root,
      include: join(root, "include"),
      folder: root,
      files: ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"],
    });
  });

  test("finds that of a libtensorflow archive, whatever versions are in the names of its links", () => {
    touch("lib/libtensorflow.so.2", "lib/libtensorflow.so.2.18.0", "lib/libtensorflow.so");
    touch("lib/libtensorflow_framework.so.2", "include/tensorflow/c/c_api.h");
    expect(findLibrary(root)).toMatchObject({
      folder: join(root, "lib"),
      files: ["libtensorflow.so.2", "libtensorflow_framework.so.2"],
    });
  });

  test("finds that of macOS", () => {
    touch("libtensorflow_cc.2.dylib", "libtensorflow_framework.2.dylib", "include/tensorflow/c/c_api.h");
    expect(findLibrary(root).files).toEqual(["libtensorflow_cc.2.dylib", "libtensorflow_framework.2.dylib"]);
  });

  test("describes the expected folder if a part is missing", () => {
    const remedy = /unpacked libtensorflow archive with lib\/ and include\//;
    expect(() => findLibrary(join(root, "nowhere"))).toThrow(remedy);
    touch("libtensorflow_cc.so.2", "libtensorflow_framework.so.2");
    expect(() => findLibrary(root)).toThrow(remedy);
  });
});
