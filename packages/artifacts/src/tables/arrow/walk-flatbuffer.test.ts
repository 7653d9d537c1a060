import { describe, expect, test } from "vitest";
import { type Layout, walkFlatbuffer } from "./walk-flatbuffer.ts";

/** Tables with a vector of tables in their second slot. */
const tree: Layout = { 1: { tables: () => tree } };

/** Tables one after the other, each with a vector of this length and these two offsets. */
function tables(
  ...each: readonly (readonly [length: number, first?: number, second?: number])[]
): Uint8Array {
  const head = [16, 0x00080008, 0x00040000, 0]; // the first table's place; the slots of all tables, at byte 4
  const bodies = each.flatMap(([length, ...offsets], i) => [
    16 + 20 * i - 4,
    4,
    length,
    offsets[0] ?? 0,
    offsets[1] ?? 0,
  ]);
  return new Uint8Array(Uint32Array.from([...head, ...bodies]).buffer);
}

/** Tables that each have the next one as a child, repeatedly; 8 and 4 are the offsets to it. */
function chain(depth: number, children: 1 | 2): Uint8Array {
  return tables(...Array.from({ length: depth }, () => [children, 8, 4] as const), [0]);
}

test("a flatbuffer whose offsets and lengths are within it is walked", () => {
  walkFlatbuffer(chain(60, 1), tree);
  walkFlatbuffer(chain(2, 2), tree);
});

describe("a flatbuffer that would lead its parser astray is refused", () => {
  test.each([
    ["an offset beyond its end", tables([1, 4000]), "outside the bounds"],
    ["an offset backwards", tables([1, 2 ** 32 - 12]), "outside the bounds"],
    ["a vector longer than it", tables([2 ** 31]), "a length exceeds its metadata"],
    ["tables nested without end", chain(70, 1), "nested too deeply"],
    ["a table that is a child of many", chain(20, 2), "shared too often"],
    ["nothing", new Uint8Array(), "outside the bounds"],
  ])("%s", (_, bytes, message) => {
    expect(() => walkFlatbuffer(bytes, tree)).toThrow(message);
  });

  test("a table that is in two slots of many", () => {
    const both: Layout = { 0: { table: () => both }, 1: { table: () => both } };
    const links = Array.from({ length: 20 }, (_, i) => [12 + 8 * i, 4]).flat();
    const bytes = new Uint8Array(
      Uint32Array.from([16, 0x00080008, 0x00040004, 0, ...links, 12 + 160, 0]).buffer,
    );
    expect(() => walkFlatbuffer(bytes, both)).toThrow("shared too often");
  });

  test("a text longer than it", () => {
    expect(() => walkFlatbuffer(tables([4000]), { 1: "text" })).toThrow("a length exceeds its metadata");
    walkFlatbuffer(tables([4]), { 1: "text" });
    expect(() => walkFlatbuffer(tables([4]), { 1: { bytesEach: 24 } })).toThrow(
      "a length exceeds its metadata",
    );
  });

  test("a union of a type that cannot be read, by its name", () => {
    const named: Layout = {
      1: {
        union(type, name) {
          throw new Error(`${type} ${name()}`);
        },
      },
    };
    expect(() => walkFlatbuffer(tables([0]), named)).toThrow(/^0 $/);
  });
});
