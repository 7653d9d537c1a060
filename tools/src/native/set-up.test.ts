/**
 * The set-up with the library and the binding that an earlier one left in the cache. The compiler is a script that copies
 * that binding, since the real one takes ten seconds and has made it.
 */

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { type Progress, silentProgress } from "@ft/artifacts";
import { bindingFolder, locateBinding } from "@ft/backend";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { setUpNative } from "./set-up.ts";
import { libraryFolder, libraryProblem } from "./tensorflow-library.ts";

const library = libraryFolder("cpu");
const binding = locateBinding(["cpu"]).found;
const available = binding?.source === "cache" && existsSync(library);
if (!available) console.log("skipped: the native set-up, for there is none in the cache");

describe.skipIf(!available)("setUpNative", () => {
  let root: string;
  let folder: string;
  let notes: string[];
  const progress: Progress = { ...silentProgress, note: (text) => notes.push(text) };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "ft-set-up-"));
    notes = [];
    vi.stubEnv("FT_CACHE", join(root, "cache"));
    vi.stubEnv("FT_TENSORFLOW", "");
    folder = bindingFolder("cpu");
    mkdirSync(dirname(folder), { recursive: true });
    symlinkSync(library, libraryFolder("cpu"));
    compilerThat(`cp "${binding?.path}" "$2"`);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(root, { recursive: true });
  });

  /** Makes a shell script the compiler; $2 is the file it is to write. */
  function compilerThat(does: string) {
    const script = `#!/bin/sh\n[ "$1" = --version ] && exit\nwhile [ "$1" != -o ]; do shift; done\n${does}\n`;
    writeFileSync(join(root, "compiler"), script);
    chmodSync(join(root, "compiler"), 0o755);
    vi.stubEnv("CXX", join(root, "compiler"));
  }

  const cached = () => readdirSync(dirname(folder)).sort();
  const complete = [basename(library), basename(bindingFolder("cpu"))].sort();

  test("compiles a binding if there is none, finds that it works, and compiles it again if it is damaged", async () => {
    const path = join(folder, "tfjs_binding.node");
    const built = await setUpNative({ progress });
    expect(built).toMatchObject({ built: true, device: "cpu", path });
    expect(cached()).toEqual(complete);
    expect(locateBinding(["cpu"]).found?.path).toBe(path);
    expect(await setUpNative({ progress })).toEqual({ ...built, built: false });

    truncateSync(path, 50_000);
    expect(await setUpNative({ progress })).toEqual(built);
    expect(notes.join("\n")).toMatch(/compiled again: .*its hash is not the one/);
    expect(readFileSync(path).equals(readFileSync(binding?.path ?? ""))).toBe(true);
  });

  test("keeps nothing that fails its self-test", async () => {
    compilerThat('echo "not a library" > "$2"');
    await expect(setUpNative({ progress })).rejects.toThrow(/its self-test failed/);
    expect(cached()).toEqual([basename(library)]);
  });

  test("reports a compiler's error and keeps nothing", async () => {
    compilerThat('echo "binding.cc:1:2: error: no such thing" >&2; exit 1');
    await expect(setUpNative({ progress })).rejects.toThrow(
      /could not compile the binding: binding.cc:1:2: error: no such thing/,
    );
    expect(cached()).toEqual([basename(library)]);
  });

  test("ends when aborted, and leaves existing files", async () => {
    await setUpNative({ progress });
    compilerThat("exec sleep 30");
    const controller = new AbortController();
    const note = (text: string) => text.startsWith("Compiling") && controller.abort(new Error("enough"));
    const ended = setUpNative({
      force: true,
      progress: { ...silentProgress, note },
      signal: controller.signal,
    });
    await expect(ended).rejects.toThrow("enough");
    expect(cached()).toEqual(complete);
    compilerThat("exit 1");
    expect(await setUpNative({ progress })).toMatchObject({ built: false });
  });
});

describe.skipIf(!available)("a library in the cache", () => {
  test("is as it was downloaded", () => {
    expect(libraryProblem(library, false)).toBeUndefined();
  });

  test("is not trusted without its manifest, or with files of another size", () => {
    const folder = mkdtempSync(join(tmpdir(), "ft-library-"));
    expect(libraryProblem(folder, false)).toMatch(/no manifest.json/);
    const files = { "libtensorflow_cc.so.2": { bytes: 3, sha256: "" } };
    writeFileSync(join(folder, "manifest.json"), JSON.stringify({ requirement: "tensorflow", files }));
    expect(libraryProblem(folder, false)).toMatch(/libtensorflow_cc.so.2 is missing/);
    mkdirSync(join(folder, "tensorflow"));
    writeFileSync(join(folder, "tensorflow/libtensorflow_cc.so.2"), "12");
    expect(libraryProblem(folder, false)).toMatch(/is not what was downloaded/);
    rmSync(folder, { recursive: true });
  });
});
