import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createProvenance } from "../manifest/provenance.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { partFolder, removeUnusedParts, type WorkPart } from "./work-parts.ts";

const backend = { name: "wasm", device: "cpu", library: "4", threads: 1 };
const part: WorkPart = { backend, roles: ["data"], of: { seed: 1, rank: undefined } };
const hash = (digit: string) => digit.repeat(64);
const inputs = { model: hash("1"), "data/data/dataset.arrow": hash("2"), "plan/a/plan.arrow": hash("3") };
const provenance = createProvenance({ inputs, seed: 1, code: hash("4"), config: { seeds: [1] } });

test("a part's folder depends on code, seed, model, backend, threads, its roles' tables and what it is of, and on nothing else", () => {
  const work = temporaryFolder();
  const folder = (changes: object = {}, other: Partial<WorkPart> = {}) =>
    partFolder({ work, provenance: { ...provenance, ...changes } }, { ...part, ...other });
  const same = [
    folder(),
    folder({ config: { seeds: [1, 2] } }),
    folder({ inputs: { ...inputs, "plan/a/plan.arrow": hash("5") } }),
    folder({ versions: { node: "99" } }),
    folder({}, { of: { seed: 1 } }),
  ];
  expect(new Set(same).size).toBe(1);
  const others = [
    folder({ code: hash("5") }),
    folder({ seed: 2 }),
    folder({ inputs: { ...inputs, model: hash("5") } }),
    folder({ inputs: { ...inputs, "data/data/dataset.arrow": hash("5") } }),
    folder({}, { backend: { ...backend, threads: 2 } }),
    folder({}, { backend: { ...backend, name: "native" } }),
    folder({}, { roles: ["data", "plan"] }),
    folder({}, { of: { seed: 2 } }),
  ];
  expect(new Set([...same, ...others]).size).toBe(1 + others.length);
});

test("of the parts only those used since the start are kept, and an unused work folder goes", () => {
  const work = join(temporaryFolder(), "work");
  removeUnusedParts(work, Date.now());
  const context = { work, provenance };
  const [used, unused] = [1, 2].map((of) => partFolder(context, { ...part, of }));
  for (const folder of [used!, unused!]) {
    writeFileSync(join(folder, "state"), "");
    utimesSync(folder, 1, 1);
  }
  mkdirSync(join(work, "of an earlier version"));
  utimesSync(join(work, "of an earlier version"), 1, 1);
  const since = Date.now();
  expect(partFolder(context, { ...part, of: 1 })).toBe(used);
  removeUnusedParts(work, since);
  expect(readdirSync(work).map((name) => join(work, name))).toEqual([used]);
  expect(readdirSync(used!)).toEqual(["state"]);
  removeUnusedParts(work, Date.now() + 60_000);
  expect(() => readdirSync(work)).toThrow();
});
