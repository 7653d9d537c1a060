import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { fingerprint } from "./fingerprint.mjs";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ft-fingerprint-"));
  mkdirSync(join(root, "model"));
  writeFileSync(join(root, "model/config.json"), "{}");
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(join(root, name), text);
const model = () => fingerprint(root, ["model"]);

it("changes with a file's content, name and presence, but nothing else", () => {
  const first = model();
  utimesSync(join(root, "model/config.json"), 1, 1);
  write("model/README.md", "card");
  expect(model()).toBe(first);
  write("model/config.json", "[]");
  const changed = model();
  write("model/b.json", "[]");
  const added = model();
  rmSync(join(root, "model/config.json"));
  const renamed = model();
  rmSync(join(root, "model"), { recursive: true });
  expect(new Set([first, changed, added, renamed, model()]).size).toBe(5);
});

it("does not read large files: they count by size and time", () => {
  write("model/weights", "");
  truncateSync(join(root, "model/weights"), 2 ** 40);
  utimesSync(join(root, "model/weights"), 1, 1);
  const first = model();
  utimesSync(join(root, "model/weights"), 2, 2);
  expect(model()).not.toBe(first);
});

it.runIf(process.platform !== "win32")(
  "takes what cannot be read for what it is, and waits for nothing",
  () => {
    execFileSync("mkfifo", [join(root, "model/pipe")]);
    symlinkSync("loop", join(root, "model/loop"));
    symlinkSync("nowhere", join(root, "model/dangling"));
    symlinkSync("/dev/zero", join(root, "model/device"));
    const paths = ["model", "a\0b", "x".repeat(5000), "missing", "/proc/kmsg"];
    expect(fingerprint(root, paths)).toBe(fingerprint(root, paths));
  },
);
