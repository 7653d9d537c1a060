import { UserError } from "@ft/artifacts";
import { describe, expect, test } from "vitest";
import { downloadArguments, isNeeded, requirement } from "./wheel.ts";

const linux = { platform: "linux", arch: "x64" } as const;

describe("requirement", () => {
  test.each([
    [linux, false, "tensorflow-cpu==2.21.0"],
    [{ platform: "linux", arch: "arm64" }, false, "tensorflow==2.21.0"],
    [{ platform: "darwin", arch: "arm64" }, false, "tensorflow==2.21.0"],
    [linux, true, "tensorflow[and-cuda]==2.21.0"],
  ] as const)("%o, with a GPU: %s, gives %s", (machine, gpu, expected) => {
    expect(requirement("2.21.0", machine, gpu)).toBe(expected);
  });

  test.each([
    [{ platform: "win32", arch: "x64" }, false, /not supported on win32/],
    [{ platform: "darwin", arch: "x64" }, false, /no wheel for darwin on x64/],
    [{ platform: "darwin", arch: "arm64" }, true, /no wheel with CUDA/],
  ] as const)("%o, with a GPU: %s, is refused", (machine, gpu, problem) => {
    expect(() => requirement("2.21.0", machine, gpu)).toThrow(UserError);
    expect(() => requirement("2.21.0", machine, gpu)).toThrow(problem);
  });
});

describe("downloadArguments", () => {
  const args = (minor: number, wanted = "tensorflow-cpu==2.21.0") =>
    downloadArguments(wanted, { command: "python3", version: [3, minor] }, "/tmp/x").join(" ");

  test("downloads only the wheel, and CUDA's libraries with it if wanted", () => {
    expect(args(11)).toMatch(/^-m pip download .*--dest \/tmp\/x --no-deps tensorflow-cpu==2.21.0$/);
    expect(args(11, "tensorflow[and-cuda]==2.21.0")).not.toContain("--no-deps");
  });

  test("names another Python's version only if this one's has no wheel", () => {
    for (const minor of [10, 11, 12, 13]) expect(args(minor)).not.toContain("--python-version");
    expect(args(9)).toContain("--python-version 3.10");
    expect(args(14)).toContain("--python-version 3.13");
  });
});

test("of a wheel, only the library, its headers and CUDA's libraries are taken", () => {
  const entries = [
    "tensorflow/libtensorflow_cc.so.2",
    "tensorflow/libtensorflow_framework.2.dylib",
    "tensorflow/include/tensorflow/c/eager/c_api.h",
    "tensorflow/include/xla/tsl/c/tsl_status.h",
    "nvidia/cudnn/lib/libcudnn.so.9",
  ];
  const others = [
    "tensorflow/__init__.py",
    "tensorflow/python/libtensorflow_cc.so.2",
    "tensorflow/include/tensorflow/compiler/jit/flags.h",
    "nvidia/cudnn/include/cudnn.h",
    "tensorflow_cpu-2.21.0.dist-info/METADATA",
  ];
  expect([...entries, ...others].filter(isNeeded)).toEqual(entries);
});
