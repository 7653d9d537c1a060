import { expect, test } from "vitest";
import { z } from "zod";
import { declareSmallStage, smallStage } from "../testing/tiny-repository.ts";
import { stageUsage } from "./stage-usage.ts";

declareSmallStage();

/** The lines about a configuration. */
function configuration(shape: z.ZodRawShape): string[] {
  const usage = stageUsage({ ...smallStage, configSchema: z.strictObject(shape) as never });
  return usage.slice(usage.indexOf("Configuration")).trimEnd().split("\n").slice(1);
}

test("keys inside an object or a list of objects are listed below it, at any depth", () => {
  const inner = z.strictObject({ file: z.string().describe("which file") }).prefault({ file: "x" });
  expect(
    configuration({
      import: z
        .strictObject({ train: inner.describe("to train on") })
        .optional()
        .describe("files"),
      plans: z.array(z.strictObject({ rank: z.int().default(2) })),
    }),
  ).toEqual([
    "  import               files",
    '    train              to train on (default {"file":"x"})',
    "      file             which file",
    "  plans",
    "    rank               (default 2)",
  ]);
});

test("forms without a discriminating key are shown one after the other", () => {
  const checkpoints = z.union([z.strictObject({ count: z.int() }), z.strictObject({ every: z.int() })]);
  expect(configuration({ checkpoints })).toEqual([
    "  checkpoints",
    "    either",
    "      count",
    "    either",
    "      every",
  ]);
});

test("each form of a key is shown with its keys, and a key with the values it may take", () => {
  const uniform = z.strictObject({ method: z.literal("uniform"), rank: z.int().describe("rank of all") });
  const full = z.strictObject({ method: z.literal("full") });
  expect(
    configuration({
      plan: z.discriminatedUnion("method", [uniform, full]),
      form: z.enum(["same", "paper"]).default("same").describe("how prompts end"),
    }),
  ).toEqual([
    "  plan",
    "    method uniform",
    "      rank             rank of all",
    "    method full",
    '  form                 how prompts end (same, paper) (default "same")',
  ]);
});
