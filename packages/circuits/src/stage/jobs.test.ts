import { checkpointsSchema, createProvenance, parseConfig, writeTable } from "@ft/artifacts";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../artifacts/src/testing/temporary-folder.ts";
import { configSchema } from "../config.ts";
import { checkpointRows } from "../testing/write-inputs.ts";
import { planJobs } from "./jobs.ts";

async function train(run: string, steps: number[]): Promise<string> {
  const folder = temporaryFolder();
  const rows = steps.flatMap((step) => checkpointRows(run, 1, step));
  await writeTable(folder, checkpointsSchema, rows, createProvenance());
  return folder;
}

const config = (options: object) => parseConfig(configSchema, options);

describe("planJobs", () => {
  test("evaluates the curve of fractions at both ends, and the main circuit everywhere", async () => {
    const folders = [await train("a", [0, 1, 2])];
    const [job] = planJobs(folders, config({ fraction: 0.05, fractions: [0.1, 0.05, 0.01] }));
    expect(job!.fractions).toEqual([[0.01, 0.05, 0.1], [0.05], [0.01, 0.05, 0.1]]);
  });

  test("counts the ends of the curve among the checkpoints that are chosen", async () => {
    const folders = [await train("a", [0, 1, 2])];
    const [job] = planJobs(folders, config({ fractions: [0.1], checkpoints: [0, 1], curve: [1] }));
    expect(job!.keys.map(({ step }) => step)).toEqual([0, 1]);
    expect(job!.fractions).toEqual([[0.05], [0.05, 0.1]]);
    expect(() => planJobs(folders, config({ checkpoints: [0, 1], curve: [2] }))).toThrow(
      "no checkpoint at step 2",
    );
  });

  test("refuses two train stages with the same run", async () => {
    const [a, b, again] = [await train("a", [0, 1]), await train("b", [0]), await train("a", [2])];
    expect(planJobs([a, b], config({}))).toHaveLength(2);
    expect(() => planJobs([a, b, again], config({}))).toThrow(/same run and seed[\s\S]*a, seed 1/);
  });
});
