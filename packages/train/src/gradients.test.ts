import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createProvenance,
  datasetSchema,
  gradientsSchema,
  parseConfig,
  readTable,
  writeTable,
} from "@ft/artifacts";
import { openBackend } from "@ft/backend";
import { createTrainable, layOut, linearName, loadDecoder } from "@ft/model";
import { afterEach, beforeEach, expect, test } from "vitest";
import { asSequence, exactMatch } from "./exact-match.ts";
import { toQuestion } from "./examples.ts";
import { gradientsConfig, runGradients } from "./gradients.ts";
import { tinyContext, tinyDataset, tinyModel, tinyPlan } from "./testing/tiny.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gradients-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function gradients(config: object = {}) {
  const context = await tinyContext(folder, {}, tinyPlan("one", 1));
  await runGradients({ ...context, config: parseConfig(gradientsConfig, config) });
  return readTable(context.output, gradientsSchema);
}

test("every linear has the norm of its gradient, the same whatever the batch", async () => {
  const rows = await gradients();
  expect(rows.map(({ layer }) => layer)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  expect(rows.map(({ module }) => module).slice(0, 4)).toEqual(
    tinyPlan("one", 1)
      .map(({ module }) => module)
      .slice(0, 4),
  );
  expect(rows.every(({ examples, norm }) => examples === 40 && norm > 0)).toBe(true);
  for (const [i, { norm }] of (await gradients({ batch: 7 })).entries())
    expect(norm / rows[i]!.norm).toBeCloseTo(1, 4);
});

test("the norm is how fast the loss on the chosen prompts rises along the gradient", async () => {
  const rows = await gradients({ split: "circuit" });
  const questions = tinyDataset()
    .filter(({ split }) => split === "circuit")
    .map(toQuestion);
  const row = rows.find(({ layer, module }) => layer === 1 && module === "dense")!;
  expect(row).toMatchObject({ examples: questions.length, weights: 16 * 16 });
  const { config, weights } = tinyModel();
  const name = `${linearName(config, 1, "dense")}.weight`;
  const ops = await openBackend({ mute: true });
  const trainable = createTrainable(ops, { config, weights }, { kind: "full", modules: [] }, 0);
  const direction = ops.scope(() => {
    const sequences = layOut(questions.map(asSequence));
    return Float32Array.from(ops.read(trainable.lossAndGradients(sequences).gradients.get(name)!));
  });
  trainable.dispose();
  const { shape, data } = weights.get(name)!;
  /** The loss after a step of a length along the gradient. */
  const lossAfter = (length: number) => {
    const moved = data.map((value, i) => value + (length * direction[i]!) / Math.hypot(...direction));
    const { decoder, dispose } = loadDecoder(ops, config, new Map(weights).set(name, { shape, data: moved }));
    const { loss } = exactMatch(ops, decoder, questions);
    dispose();
    return loss;
  };
  expect((lossAfter(0.02) - lossAfter(-0.02)) / 0.04 / row.norm).toBeCloseTo(1, 2);
});

test("only the first prompts of a split can be used, and a split without prompts is refused", async () => {
  expect((await gradients({ split: "circuit", examples: 3 }))[0]!.examples).toBe(3);
  const context = await tinyContext(folder, {}, tinyPlan("one", 1));
  const rows = tinyDataset().map((row) => ({ ...row, split: "train" as const }));
  await writeTable(context.inputs.data![0]!, datasetSchema, rows, createProvenance());
  const config = parseConfig(gradientsConfig, { split: "circuit" });
  await expect(runGradients({ ...context, config })).rejects.toThrow("no row in the split circuit");
});
