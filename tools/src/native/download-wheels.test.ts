import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { silentProgress } from "@ft/artifacts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { announcedMegabytes, downloadWheels, reasonOf } from "./download-wheels.ts";

describe.skipIf(process.platform === "win32")("downloadWheels", () => {
  let root: string;
  let folder: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "ft-download-"));
    folder = mkdtempSync(join(root, "work-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** A Python whose pip is the shell script `body`; $dest is the download folder. */
  function pip(body: string) {
    const command = join(root, "python");
    const script = `#!/bin/sh\nwhile [ "$1" != --dest ]; do shift; done\ndest=$2\n${body}\n`;
    writeFileSync(command, script);
    chmodSync(command, 0o755);
    return { command, version: [3, 11] as const };
  }

  test("returns the wheels, and counts received megabytes against those announced by pip", async () => {
    const counts: number[] = [];
    const progress = { ...silentProgress, start: (total: number) => counts.push(total) };
    const python = pip(`
      echo "Collecting tensorflow-cpu==2.21.0"
      echo "  Downloading tensorflow_cpu.whl (273.8 MB)"
      printf wheel > "$dest/tensorflow_cpu.whl"`);
    const wheels = await downloadWheels("tensorflow-cpu==2.21.0", python, folder, { progress });
    expect(wheels.map((wheel) => basename(wheel))).toEqual(["tensorflow_cpu.whl"]);
    expect(counts).toEqual([274]);
    expect(readdirSync(folder)).toEqual(["wheels"]);
  });

  test("fails with pip's own reason and a remedy", async () => {
    const python = pip('echo "ERROR: No matching distribution found for x" >&2; exit 1');
    await expect(downloadWheels("x", python, folder, { progress: silentProgress })).rejects.toThrow(
      /pip could not download x: No matching distribution found for x\n.*FT_TENSORFLOW/,
    );
  });

  test("ends pip when aborted", async () => {
    const controller = new AbortController();
    const python = pip("exec sleep 30");
    const download = downloadWheels("x", python, folder, {
      progress: silentProgress,
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(new Error("enough")), 100);
    await expect(download).rejects.toThrow("enough");
  });
});

test("sizes are added up over the files that pip announces", () => {
  expect(
    announcedMegabytes("Collecting a\n  Downloading a.whl (1.5 MB)\n  Downloading b.whl (500 kB)\n"),
  ).toBeCloseTo(2);
  expect(announcedMegabytes("  Downloading https://x/c.whl (2.1 GB)")).toBeCloseTo(2100);
  expect(announcedMegabytes("Processing /some/c.whl\nSaved ./c.whl")).toBe(0);
});

test("the reason of a failure is pip's last error, otherwise its last line", () => {
  expect(reasonOf("WARNING: slow\nERROR: one\nERROR: two\n\nhint")).toBe("two");
  expect(reasonOf("No module named pip\n")).toBe("No module named pip");
  expect(reasonOf("")).toBe("it gave no reason");
});
