import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashFile, hashOf } from "@ft/bytes";
import { expect, test } from "vitest";
import { runUntil } from "../testing/run-until.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { AtomicFile, tryWriting, writeFileAtomic } from "./atomic-file.ts";

test("a file is written whole, with its parent folders, and replaces what was there", () => {
  const file = join(temporaryFolder(), "a", "b", "file.txt");
  writeFileAtomic(file, "first, which is longer");
  writeFileAtomic(file, "second");
  expect(readFileSync(file, "utf8")).toBe("second");
  writeFileAtomic(file, Uint8Array.of(1, 2, 3));
  expect([...readFileSync(file)]).toEqual([1, 2, 3]);
  expect(readdirSync(join(file, ".."))).toEqual(["file.txt"]);
});

test("a file is not there before it is complete, and its hash is that of its contents", () => {
  const path = join(temporaryFolder(), "file");
  const file = new AtomicFile(path);
  file.write(Buffer.from("one "));
  file.write(Buffer.from("two"));
  expect(existsSync(path)).toBe(false);
  expect(file.bytes).toBe(7);
  const sha256 = file.commit();
  expect(sha256).toBe(hashFile(path));
  expect(sha256).toBe(hashOf("one two"));
});

test("a discarded file leaves no trace", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "file"), "before");
  const file = new AtomicFile(join(folder, "file"));
  file.write(Buffer.from("after"));
  file.discard();
  expect(readFileSync(join(folder, "file"), "utf8")).toBe("before");
  expect(readdirSync(folder)).toEqual(["file"]);
});

test("contents that cannot be written leave the file as it was", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "file"), "before");
  expect(() => writeFileAtomic(join(folder, "file"), 7 as unknown as string)).toThrow();
  expect(readFileSync(join(folder, "file"), "utf8")).toBe("before");
  expect(readdirSync(folder)).toEqual(["file"]);
});

test("a process killed in mid-write leaves the file as it was, and the next write clears up after it", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "file");
  writeFileAtomic(path, "before");
  await runUntil("half written", import.meta.resolve("./testing/write-half.ts"), [path]);
  expect(readFileSync(path, "utf8")).toBe("before");
  expect(readdirSync(folder)).toHaveLength(2);
  writeFileAtomic(path, "after");
  expect(readFileSync(path, "utf8")).toBe("after");
  expect(readdirSync(folder)).toEqual(["file"]);
});

test("the temporary file of a running process is kept", () => {
  const folder = temporaryFolder();
  const path = join(folder, "file");
  const slow = new AtomicFile(path);
  slow.write(Buffer.from("slow"));
  writeFileAtomic(path, "fast");
  slow.commit();
  expect(readFileSync(path, "utf8")).toBe("slow");
});

test("a path that cannot be written to is a UserError, and the attempt leaves no trace", () => {
  const folder = temporaryFolder();
  const file = join(folder, "file");
  writeFileSync(file, "as it was");
  expect(() => tryWriting(folder)).toThrow("this is a folder, not a file to write");
  expect(() => tryWriting(join(file, "below"))).toThrow("the file cannot be written");
  tryWriting(file);
  expect(readFileSync(file, "utf8")).toBe("as it was");
  expect(readdirSync(folder)).toEqual(["file"]);
});
