import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { assignment, coreCount, wholeNumber } from "./arguments.ts";

test("whole numbers are read, and nothing else", () => {
  expect(wholeNumber("012")).toBe(12);
  for (const text of ["", "-1", "1.5", "1e3", "x", "99999999999999999999"])
    expect(() => wholeNumber(text)).toThrow("must be a whole number");
});

test("cores are at least one and at most as many as there are", () => {
  const cores = availableParallelism();
  expect(coreCount(String(cores))).toBe(cores);
  for (const count of [0, cores + 1])
    expect(() => coreCount(String(count))).toThrow(`from 1 to ${cores}, as many as this machine has cores`);
});

test("assignments are gathered by name, up to the first equals sign", () => {
  expect(assignment("a=b=c", { d: "e" })).toEqual({ d: "e", a: "b=c" });
  for (const text of ["a", "=b"]) expect(() => assignment(text)).toThrow("must be NAME=VALUE");
});
