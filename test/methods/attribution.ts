/** Scores of every method, metric and ablation against PyTorch. */
import { type ScoresRow, scoresSchema } from "@ft/artifacts";
import { describe, expect, test } from "vitest";
import { expectAllClose } from "../../packages/backend/src/testing/all-close.ts";
import { edges, sources } from "./circuit.ts";
import { attributions } from "./experiment.ts";
import { tensor, trained } from "./fixtures.ts";
import { tableOf } from "./results.ts";

/** Float32 against float64, through three layers and back. */
const SCORES = { relative: 1e-4 };
/** The differences of two float32 losses, each far larger than the effect of an edge. */
const PATCHED = { relative: 1e-3 };
/** Scores of models trained in float32, against those of models trained in float64. */
const OF_TRAINED = { relative: 1e-3 };

const rowsOf = (stage: string): ScoresRow[] => tableOf(stage, scoresSchema);
const whole = (stage: string) => rowsOf(stage).filter(({ sample }) => sample === "all");

describe("scores of the base model", () => {
  test.each(Object.entries(attributions))("%s are PyTorch's", (stage, { config, file, vector }) => {
    const tolerance = config.method === "exact" ? PATCHED : SCORES;
    const rows = rowsOf(stage);
    expect(rows.map(({ step }) => step)).toEqual([0, 0]);
    for (const { scores, nodeScores } of rows) {
      expectAllClose(scores, tensor(`parity-neox/${file}`, vector), tolerance);
      if (file === "methods")
        expectAllClose(
          nodeScores!,
          tensor("parity-neox/methods", vector.replace("edges", "nodes")),
          tolerance,
        );
    }
  });

  test.each([
    ["scores", "eap-ig.kl.paper-grid.mean"],
    ["paper-scores", "eap-ig.logit-diff.paper-grid.library"],
    ["library-scores", "eap-ig.logit-diff.library-grid.library"],
  ])("of stage %s are PyTorch's before training", (stage, vector) => {
    const [first] = whole(stage);
    expect(first!.step).toBe(0);
    expectAllClose(first!.scores, tensor("parity-neox/expected", vector), SCORES);
  });
});

test("scores of the trained models are those of PEFT's", () => {
  for (const seed of Object.keys(trained.weightChanges)) {
    const last = whole("scores").findLast((row) => row.seed === Number(seed))!;
    expect(last.step).toBe(trained.training.epochs);
    expectAllClose(last.scores, tensor("trained-neox/scores", `scores ${seed}`), OF_TRAINED);
  }
});

test("models of random weights have the scores of models that PyTorch initialised by the same numbers", () => {
  const rows = rowsOf("random-scores");
  expect(rows.map(({ plan, seed, step }) => [plan, seed, step])).toEqual([
    ["random model", 1, 0],
    ["random model", 2, 0],
  ]);
  for (const { seed, scores } of rows)
    expectAllClose(scores, tensor("trained-neox/scores", `random model ${seed}`), SCORES);
});

test("a node's score is the sum of its edges', for every method that takes gradients", () => {
  const stages = ["scores", "paper-scores", "library-scores", "random-scores", ...Object.keys(attributions)];
  for (const stage of stages.filter((name) => !name.startsWith("exact"))) {
    for (const { scores, nodeScores } of rowsOf(stage)) {
      const sums = sources.map((node) =>
        edges.reduce((sum, { source }, edge) => (source === node ? sum + scores[edge]! : sum), 0),
      );
      expectAllClose(nodeScores!, sums, { relative: 1e-12 });
    }
  }
});
