import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  checkpointsSchema,
  metricsSchema,
  readManifest,
  readTable,
  silentProgress,
  tablePath,
  totalBytes,
} from "@ft/artifacts";
import { readPlans } from "@ft/model";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { asSequence } from "./exact-match.ts";
import { toQuestion } from "./examples.ts";
import { trainingWork } from "./fit-memory.ts";
import { run } from "./run.ts";
import { tinyContext, tinyDataset, tinyModel, tinyPlan } from "./testing/tiny.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "train-memory-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const config = { seeds: [1], batch: 16, learningRates: [0.01], warmUp: 1, checkpoints: "last" as const };

/** Two orders of summation over 16 examples, over six updates. */
const DIGITS = 4;

/** Bytes that training the tiny plan takes with micro-batches of 4 and as many questions scored at once as then fit. */
function bytesOfFour(plans: string): number {
  const { config } = tinyModel();
  const questions = tinyDataset().map(toQuestion);
  const adapter = readPlans([plans], config)[0]!.adapter(1)!;
  const measured = { sequences: questions.slice(0, 8).map(asSequence), questions };
  return totalBytes(trainingWork(config, adapter, measured, { micro: 4, scoring: 4 }).memory);
}

test("a run within less memory has the same results up to rounding, and says how its batches were", async () => {
  const ample = await tinyContext(join(folder, "ample"), config, tinyPlan("one", 2));
  await run(ample);
  expect(readManifest(tablePath(ample.output, metricsSchema)).config).not.toHaveProperty("batches");

  const notes: string[] = [];
  const progress = { ...silentProgress, note: (text: string) => notes.push(text) };
  const scarce = await tinyContext(join(folder, "scarce"), config, tinyPlan("one", 2), progress);
  vi.stubEnv("FT_MEMORY", String(bytesOfFour(scarce.inputs.plan![0]!)));
  await run(scarce);
  const { batches } = readManifest(tablePath(scarce.output, metricsSchema)).config as {
    batches: { micro: number; scoring: number };
  };
  expect(batches.micro).toBeLessThan(16);
  expect(notes).toContainEqual(expect.stringContaining(`${batches.micro} examples of an update`));
  const [losses, others] = [ample, scarce].map(({ output }) =>
    readTable(output, metricsSchema).map(({ loss }) => loss),
  );
  for (const [i, loss] of losses!.entries()) expect(others![i]).toBeCloseTo(loss, DIGITS);
  expect(readTable(scarce.output, checkpointsSchema)).toHaveLength(16);
});

test("a run that cannot fit is refused before any backend opens", async () => {
  vi.stubEnv("FT_MEMORY", "1MiB");
  vi.stubEnv("FT_BACKEND", "none such");
  const context = await tinyContext(folder, config, tinyPlan("one", 2));
  await expect(run(context)).rejects.toThrow(
    /training needs .* of memory, and may take 1 MiB[\s\S]*--memory/,
  );
});
