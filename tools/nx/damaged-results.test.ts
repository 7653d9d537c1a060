import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProvenance, type SpeedRow, speedSchema, writeTable } from "@ft/artifacts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dropDamagedOutputs, dropDamagedResults } from "./damaged-results.mjs";

const run = { plan: "a", draw: 0, seed: 1 };
const row: SpeedRow = { ...run, step: 1, seconds: 2, tokensPerSecond: 3, examplesPerSecond: 1 };
let root: string;
let dropped: string[];
let said: string[];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "ft-damaged-"));
  [dropped, said] = [[], []];
  for (const hash of ["1", "2"]) {
    mkdirSync(join(root, hash, "runs/tiny/train/deep"), { recursive: true });
    await writeTable(table(hash), speedSchema, [row], createProvenance());
    writeFileSync(join(root, hash, "runs/tiny/train/no-manifest.txt"), "a");
  }
  mkdirSync(join(root, "3/packages/a/dist"), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

const table = (hash: string) => join(root, hash, "runs/tiny/train/deep/speed.arrow");
const drop = async (hash: string) => void dropped.push(hash);
const say = (line: string) => void said.push(line);
const check = () => dropDamagedResults(root, join(root, ".nx/verified.json"), drop, say);

function flip(file: string, at = statSync(file).size >> 1): void {
  const bytes = readFileSync(file);
  bytes[at]! ^= 1;
  writeFileSync(file, bytes);
}

function replaceByFolder(file: string): void {
  rmSync(file);
  mkdirSync(file);
}

describe("results in the cache", () => {
  it("that match their manifests are kept", async () => {
    await check();
    await check();
    expect(dropped).toEqual([]);
    expect(said).toEqual([]);
  });

  it.each<[string, () => void, string]>([
    ["a byte changed", () => flip(table("1")), "its content is not what its manifest says"],
    [
      "an end cut off",
      () => writeFileSync(table("1"), readFileSync(table("1")).subarray(0, 50)),
      "it has another size than its manifest says",
    ],
    ["no file to its manifest", () => rmSync(table("1")), "it cannot be read"],
    ["a byte of its manifest changed", () => flip(`${table("1")}.manifest.json`), "its manifest is damaged"],
    [
      "a folder in its file's place",
      () => replaceByFolder(table("1")),
      "it has another size than its manifest says",
    ],
  ])("with %s are dropped with a line, the others kept", async (_, damage, reason) => {
    damage();
    await check();
    expect(dropped).toEqual(["1"]);
    expect(said).toEqual([expect.stringMatching(/^Dropped .*: runs\/tiny\/train\/deep\/speed\.arrow \(/)]);
    expect(said[0]).toContain(`(${reason})`);
  });

  it("are checked again only if they were written to", async () => {
    await check();
    flip(table("2"));
    await check();
    expect(dropped).toEqual(["2"]);
    const memo = JSON.parse(readFileSync(join(root, ".nx/verified.json"), "utf8"));
    expect(Object.keys(memo)).toEqual(["1", "3"]);
  });

  it("are checked again even if only their times were set back", async () => {
    utimesSync(table("1"), 1, 1);
    await check();
    flip(table("1"));
    utimesSync(table("1"), 1, 1);
    await check();
    expect(dropped).toEqual(["1"]);
  });

  it.each(["", "[", "null", "[[]]", '{"a": 1}'])(
    "are all checked if what is remembered is %j",
    async (text) => {
      mkdirSync(join(root, ".nx"));
      writeFileSync(join(root, ".nx/verified.json"), text);
      flip(table("1"));
      await check();
      expect(dropped).toContain("1");
    },
  );

  it("are dropped if their folders are missing, since Nx would restore nothing", async () => {
    await check();
    rmSync(join(root, "2"), { recursive: true });
    rmSync(join(root, "3"), { recursive: true });
    await check();
    await check();
    expect(dropped).toEqual(["2", "3"]);
  });

  it("need not be there", async () => {
    const nowhere = join(root, "nowhere");
    await expect(dropDamagedResults(nowhere, join(nowhere, "memo.json"), drop, say)).resolves.toBeUndefined();
  });
});

describe("restored outputs", () => {
  it("that are damaged are dropped by their task's hash", async () => {
    const tasks = ["1", "2"].map((hash) => ({ hash, outputs: [`${hash}/runs/tiny/train`] }));
    expect(await dropDamagedOutputs(root, tasks, drop, say)).toBe(false);
    flip(table("2"));
    expect(await dropDamagedOutputs(root, tasks, drop, say)).toBe(true);
    expect(dropped).toEqual(["2"]);
    expect(said[0]).toContain("speed.arrow");
  });
});
