import { describe, expect, test } from "vitest";
import { z } from "zod";
import { errorOf } from "../testing/error-of.ts";
import { parseConfig } from "./parse-config.ts";

const plan = z.discriminatedUnion("method", [
  z.strictObject({ method: z.literal("uniform"), rank: z.int().min(1) }),
  z.strictObject({ method: z.literal("circuit"), ranks: z.array(z.int()), critical: z.int().default(2) }),
]);
const schema = z.strictObject({
  task: z.enum(["add-sub", "mul-div"]),
  epochs: z.number().positive().default(2),
  plans: z.array(plan).default([]),
  checkpoints: z.strictObject({ count: z.int().min(2) }).optional(),
  rate: z.union([z.number(), z.strictObject({ peak: z.number(), warmUp: z.int() })]).optional(),
  tags: z.record(z.string().regex(/^[a-z]+$/, "a tag has lower-case letters"), z.string()).default({}),
});

/** The problems found, without the title above and the file below them. */
function problems(value: unknown, place?: string): string[] {
  const error = errorOf(() => parseConfig(schema, value, { file: "experiment.json", place })) as Error;
  expect(error.name).toBe("UserError");
  expect(error.message).toContain("\n  file: experiment.json");
  return [...error.message.matchAll(/^ {2}- (.*)$/gm)].map(([, problem]) => problem!);
}

test("a configuration without mistakes gets its defaults", () => {
  expect(parseConfig(schema, { task: "add-sub" })).toEqual({
    task: "add-sub",
    epochs: 2,
    plans: [],
    tags: {},
  });
});

test("every mistake is listed, each with its path", () => {
  const value = {
    task: "add-subb",
    epochs: "2",
    plans: [{ method: "uniform", rank: 0 }],
    checkpoints: {},
    tags: { A: "b" },
  };
  expect(problems(value, "stages.data.config")).toEqual([
    'stages.data.config.task: "add-subb" is not known; did you mean `add-sub`?',
    'stages.data.config.epochs: "2" is not of type number',
    "stages.data.config.plans[0].rank: Too small: expected number to be >=1, found 0",
    "stages.data.config.checkpoints.count: missing (number)",
    "stages.data.config.tags.A: a tag has lower-case letters",
  ]);
});

test("the title counts the mistakes", () => {
  expect(() => parseConfig(schema, { task: "x" })).toThrow("the configuration has a mistake\n");
  expect(() => parseConfig(schema, { task: "x", epochs: 0 })).toThrow("the configuration has 2 mistakes\n");
});

describe("an unknown key", () => {
  test("suggests the nearest known key", () => {
    expect(problems({ task: "add-sub", epoch: 3 })).toEqual(["epoch: unknown key; did you mean `epochs`?"]);
  });

  test("lists all known keys if none is near", () => {
    expect(problems({ task: "add-sub", checkpoints: { count: 2, everywhere: 1 } })).toEqual([
      "checkpoints.everywhere: unknown key; known: count",
    ]);
  });

  test("inside a union suggests keys of the member that was meant", () => {
    expect(problems({ task: "add-sub", plans: [{ method: "circuit", ranks: [8], critcal: 2 }] })).toEqual([
      "plans[0].critcal: unknown key; did you mean `critical`?",
    ]);
    expect(problems({ task: "add-sub", rate: { peak: 1, warmUp: 2, warmup: 2 } })).toEqual([
      "rate.warmup: unknown key; did you mean `warmUp`?",
    ]);
  });
});

test("a missing value is reported with the values allowed", () => {
  expect(problems({})).toEqual(["task: missing; known: add-sub, mul-div"]);
  expect(problems({ task: "add-sub", plans: [{}] })).toEqual([
    "plans[0].method: missing; known: uniform, circuit",
  ]);
});

test("an unknown union member is named, with the nearest known one", () => {
  expect(problems({ task: "add-sub", plans: [{ method: "unifrom" }] })).toEqual([
    'plans[0].method: "unifrom" is not known; did you mean `uniform`?',
  ]);
});

test("a value that is near no member of a union is shown", () => {
  expect(problems({ task: "add-sub", rate: "fast" })).toEqual(['rate: Invalid input, found "fast"']);
});

test("a value that is not an object is reported as such", () => {
  expect(problems([])).toEqual(["(top): [] is not of type object"]);
  expect(problems(null)).toEqual(["(top): null is not of type object"]);
});
