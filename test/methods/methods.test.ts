/** Every method, run through Nx by one experiment; the files below check its tables. */
import { expect, test } from "vitest";
import { experiment } from "./experiment.ts";
import { nxRun } from "./results.ts";
import "./adapters.ts";
import "./attribution.ts";
import "./change.ts";
import "./evaluation.ts";
import "./plans.ts";
import "./probes.ts";
import "./registered.ts";
import "./replay.ts";
import "./samples.ts";
import "./selection.ts";
import "./union.ts";

test("every stage ran, by one call of Nx", () => {
  expect(nxRun.succeeded, nxRun.output).toBe(true);
  const stages = Object.entries(experiment.stages).map(([stage, { uses }]) => `methods.${stage}:${uses}`);
  expect(nxRun.ran.filter((task) => task.startsWith("methods.")).sort()).toEqual(stages.sort());
});
