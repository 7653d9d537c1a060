/** An adapter that PEFT trained as a stage, as what is explained, and as a start; and runs repeated from their own tables. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkpointsSchema, orderSchema, scoresSchema } from "@ft/artifacts";
import { tensorsOfRows } from "@ft/model";
import { expect, test } from "vitest";
import { expectAllClose } from "../../packages/backend/src/testing/all-close.ts";
import { tensor, tensorNames, trained } from "./fixtures.ts";
import { resultsOf, tableOf } from "./results.ts";

/** Float32 against float64, through three layers and back, of an adapter that is PEFT's own. */
const SCORES = { relative: 1e-4 };

const updates = trained.training.epochs;

test("an imported adapter has PEFT's tensors, and the scores that PyTorch finds in its model", () => {
  const rows = tableOf("imported", checkpointsSchema).filter(({ step }) => step === updates);
  const ours = tensorsOfRows(rows);
  const names = tensorNames("trained-neox/trained").filter((name) => name.startsWith("lora "));
  expect([...ours.keys()].map((name) => `lora ${name}`).sort()).toEqual(names.sort());
  for (const [name, { data }] of ours) expect(data).toEqual(tensor("trained-neox/trained", `lora ${name}`));
  const [first, last] = tableOf("imported-scores", scoresSchema);
  expect([first!.step, last!.step]).toEqual([0, updates]);
  expectAllClose(last!.scores, tensor("trained-neox/scores", "scores 1"), SCORES);
  expectAllClose(first!.scores, tensor("parity-neox/expected", "eap-ig.kl.paper-grid.mean"), SCORES);
});

test("training goes on from an imported adapter with every seed", () => {
  const rows = tableOf("continued", checkpointsSchema);
  const last = tableOf("imported", checkpointsSchema).filter(({ step }) => step === updates);
  for (const seed of [1, 2]) {
    const begun = rows.filter((row) => row.seed === seed && row.step === 0);
    expect(begun.map(({ tensor, data }) => [tensor, data])).toEqual(
      last.map(({ tensor, data }) => [tensor, data]),
    );
    expect(rows.filter((row) => row.seed === seed && row.step === updates)).toHaveLength(last.length);
  }
});

test("a stage that reads the order and the first checkpoints of another writes its bytes", () => {
  expect(tableOf("probe", orderSchema).map(({ seed, step }) => [seed, step])).toEqual(
    [1, 2].flatMap((seed) => Array.from({ length: updates }, (_, i) => [seed, i + 1])),
  );
  for (const file of ["checkpoints", "metrics", "kinds", "answers", "learning-rates", "order"]) {
    const [one, other] = ["probe", "replayed"].map((stage) => join(resultsOf(stage), `${file}.arrow`));
    expect(readFileSync(other!).equals(readFileSync(one!)), file).toBe(true);
  }
});
