import { expect, test } from "vitest";
import { kindNamed, kinds, programOf } from "../index.js";

test("a kind is registered under its own name, and nothing else is a kind", () => {
  for (const [name, kind] of Object.entries(kinds)) {
    expect(kind.uses).toBe(name);
    expect(kindNamed(name)).toBe(kind);
  }
  for (const other of ["constructor", "__proto__", "", undefined, null, 3, ["data"]])
    expect(kindNamed(other)).toBeUndefined();
});

test("a kind's program is its package's main", () => {
  expect(programOf({ ...kinds.data, package: "pairs" })).toBe("packages/pairs/dist/main.js");
});
