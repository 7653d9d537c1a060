import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runUntil } from "../testing/run-until.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { swapFolder } from "./swap-folder.ts";

/** A folder `runs/stage` that holds a file `old`, and the folder around it. */
function filled(): { parent: string; folder: string } {
  const parent = join(temporaryFolder(), "runs");
  const folder = join(parent, "stage");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "old"), "old");
  return { parent, folder };
}

test("a folder is made where there was none, with the folders above it", async () => {
  const folder = join(temporaryFolder(), "runs", "add-sub", "data");
  const result = await swapFolder(folder, (temporary) => {
    writeFileSync(join(temporary, "new"), "new");
    expect(existsSync(folder)).toBe(false);
    return 42;
  });
  expect(result).toBe(42);
  expect(readdirSync(folder)).toEqual(["new"]);
});

test("no file of the folder's former contents survives", async () => {
  const { parent, folder } = filled();
  await swapFolder(folder, (temporary) => {
    mkdirSync(join(temporary, "figures"));
    writeFileSync(join(temporary, "figures", "new"), "new");
    expect(readdirSync(folder)).toEqual(["old"]);
  });
  expect(readdirSync(folder)).toEqual(["figures"]);
  expect(readdirSync(parent)).toEqual(["stage"]);
});

test("if writing fails the folder stays as it was and nothing is left next to it", async () => {
  const { parent, folder } = filled();
  const failing = swapFolder(folder, (temporary) => {
    writeFileSync(join(temporary, "new"), "new");
    throw new Error("out of ideas");
  });
  await expect(failing).rejects.toThrow("out of ideas");
  expect(readFileSync(join(folder, "old"), "utf8")).toBe("old");
  expect(readdirSync(parent)).toEqual(["stage"]);
});

test("a process killed in mid-write leaves the folder as it was, and the next one clears up after it", async () => {
  const { parent, folder } = filled();
  await runUntil("half filled", import.meta.resolve("./testing/fill-half.ts"), [folder]);
  expect(readdirSync(folder)).toEqual(["old"]);
  expect(readdirSync(parent)).toHaveLength(2);
  await swapFolder(folder, (temporary) => writeFileSync(join(temporary, "new"), "new"));
  expect(readdirSync(folder)).toEqual(["new"]);
  expect(readdirSync(parent)).toEqual(["stage"]);
});
