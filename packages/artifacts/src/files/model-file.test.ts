import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "@ft/bytes";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hashModel } from "../stage/hash-model.ts";
import { modelFile } from "./model-file.ts";

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "model-file-"));
  folder = join(root, "model");
  mkdirSync(folder);
  writeFileSync(join(root, "outside.json"), "outside");
  writeFileSync(join(folder, "config.json"), "inside");
});
afterEach(() => rmSync(root, { recursive: true }));

test("a file, and a link to a file of the same folder, are the model's", () => {
  symlinkSync("config.json", join(folder, "link.json"));
  expect(modelFile(folder, "config.json")).toBe(join(folder, "config.json"));
  expect(modelFile(folder, "link.json")).toBe(join(folder, "link.json"));
});

test("the folder may be reached through a link", () => {
  symlinkSync(folder, join(root, "alias"));
  expect(modelFile(join(root, "alias"), "config.json")).toBe(join(root, "alias", "config.json"));
});

test("a snapshot of the download cache is made of links to the blobs of its own repository", () => {
  for (const name of ["one", "two"]) {
    mkdirSync(join(root, `models--org--${name}`, "snapshots", "abc"), { recursive: true });
    mkdirSync(join(root, `models--org--${name}`, "blobs"));
    writeFileSync(join(root, `models--org--${name}`, "blobs", "f00"), name);
  }
  const snapshot = join(root, "models--org--one", "snapshots", "abc");
  symlinkSync("../../blobs/f00", join(snapshot, "config.json"));
  symlinkSync("../../../models--org--two/blobs/f00", join(snapshot, "other.json"));
  expect(modelFile(snapshot, "config.json")).toBe(join(snapshot, "config.json"));
  expect(() => modelFile(snapshot, "other.json")).toThrow(/link points outside the model's folder/);
});

test("its blobs may be links to the store of the cache, if that is marked as one", () => {
  const snapshot = join(root, "models--org--one", "snapshots", "abc");
  for (const path of [snapshot, join(root, "models--org--one", "blobs"), join(root, "blobs", "f0")])
    mkdirSync(path, { recursive: true });
  writeFileSync(join(root, "blobs", "f0", "f00"), "one");
  symlinkSync("../../blobs/f0/f00", join(root, "models--org--one", "blobs", "e7a9"));
  symlinkSync("../../blobs/e7a9", join(snapshot, "config.json"));
  expect(() => modelFile(snapshot, "config.json")).toThrow(/link points outside the model's folder/);
  writeFileSync(join(root, "blobs", ".huggingface-shared-blobs"), "1\n");
  expect(modelFile(snapshot, "config.json")).toBe(join(snapshot, "config.json"));
});

test.each(["mine/snapshots/abc", "models--org--name/refs/abc"])(
  "a folder %s is not a snapshot of that cache",
  (path) => {
    mkdirSync(join(root, path), { recursive: true });
    mkdirSync(join(root, path, "../../blobs"), { recursive: true });
    writeFileSync(join(root, path, "../../blobs/f00"), "");
    symlinkSync("../../blobs/f00", join(root, path, "config.json"));
    expect(() => modelFile(join(root, path), "config.json")).toThrow(
      /link points outside the model's folder/,
    );
  },
);

test.each([
  [
    "a link out of the folder",
    () => symlinkSync("../outside.json", join(folder, "x.json")),
    /points outside/,
  ],
  ["a link to a device", () => symlinkSync("/dev/zero", join(folder, "x.json")), /not a regular file/],
  ["a link to itself", () => symlinkSync("x.json", join(folder, "x.json")), /link to itself/],
  ["a link to nothing", () => symlinkSync("gone.json", join(folder, "x.json")), /there is no such file/],
  ["a pipe", () => execFileSync("mkfifo", [join(folder, "x.json")]), /not a regular file/],
])("%s is refused by name, and the model is not hashed", (_, make, message) => {
  make();
  for (const use of [() => modelFile(folder, "x.json"), () => hashModel(folder)]) {
    expect(use).toThrow(UserError);
    expect(use).toThrow(message);
    expect(use).toThrow(join(folder, "x.json"));
  }
});

test("a folder whose name ends like a model file's is not a file, and not part of the model", () => {
  const before = hashModel(folder);
  mkdirSync(join(folder, "x.json"));
  expect(() => modelFile(folder, "x.json")).toThrow(/this is a folder, not a file/);
  expect(hashModel(folder)).toBe(before);
});
