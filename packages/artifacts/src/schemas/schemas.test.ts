import { expect, expectTypeOf, test } from "vitest";
import type { DatasetRow } from "./dataset.ts";
import { schemas } from "./index.ts";
import type { PlanRow } from "./plan.ts";
import type { ScoresRow } from "./scores.ts";

const all = [...schemas.values()];

test("names and files are unique and in kebab case", () => {
  expect(schemas.size).toBe(20);
  expect(new Set(all.map(({ file }) => file)).size).toBe(all.length);
  for (const { name, file } of all) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(file).toMatch(/^[a-z]+(-[a-z]+)*\.arrow$/);
  }
});

test("every column has a meaning, and a nullable column says what null means", () => {
  for (const { name, columns, meaning } of all) {
    expect(meaning, name).toMatch(/^one row per /);
    for (const [column, { nullable, meaning }] of Object.entries(columns)) {
      expect(meaning.length, `${name}.${column}`).toBeGreaterThan(5);
      if (nullable) expect(meaning, `${name}.${column}`).toContain("null");
    }
  }
});

test("every measured number has a unit", () => {
  for (const { name, columns } of all) {
    for (const [column, { type, unit }] of Object.entries(columns)) {
      if (
        /accuracy$|loss$|^nodes|^edges|step$|scores$|changeRate$|jaccard$/i.test(column) &&
        type !== "utf8"
      ) {
        expect(unit, `${name}.${column}`).toBeDefined();
      }
    }
  }
});

test("row types follow from the columns", () => {
  expectTypeOf<DatasetRow["split"]>().toEqualTypeOf<"train" | "validation" | "circuit" | "test">();
  expectTypeOf<DatasetRow["cleanTokens"]>().toEqualTypeOf<number[]>();
  expectTypeOf<DatasetRow["corruptedAnswerToken"]>().toEqualTypeOf<number | null>();
  expectTypeOf<PlanRow["critical"]>().toEqualTypeOf<boolean>();
  expectTypeOf<ScoresRow["scores"]>().toEqualTypeOf<number[]>();
  expectTypeOf<ScoresRow["nodeScores"]>().toEqualTypeOf<number[] | null>();
});
