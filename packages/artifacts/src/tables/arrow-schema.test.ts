import { type DataType, Field, Float32, Int64, List, Null, Uint8, Utf8 } from "apache-arrow";
import { expect, test } from "vitest";
import { holds } from "./arrow-schema.ts";

test("number columns accept numbers of any width, list columns lists of numbers, and any column nulls", () => {
  const listOf = (type: DataType) => new List(new Field("item", type));
  for (const type of [new Int64(), new Uint8(), new Float32(), new Null()]) {
    expect(holds(type, "int32")).toBe(true);
    expect(holds(listOf(type), "list<int32>")).toBe(true);
    expect(holds(listOf(type), "list<float64>")).toBe(true);
  }
  expect(holds(new Utf8(), "int32")).toBe(false);
  expect(holds(listOf(new Utf8()), "list<int32>")).toBe(false);
  expect(holds(new Int64(), "utf8")).toBe(false);
});
