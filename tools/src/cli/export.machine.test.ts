/** Exported adapters in real PEFT, and exported models in transformers, if Python has them. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBackend } from "@ft/backend";
import { adapterOf, batchLogits, layOut, loadDecoder, mergeAdapter } from "@ft/model";
import { expect, test } from "vitest";
import { expectAllClose } from "../../../packages/backend/src/testing/all-close.ts";
import { main } from "./main.ts";
import { capturePrinted } from "./testing/capture-printed.ts";
import { BASE, trainedPlans, writeTrainedPlans } from "./testing/trained-plans.ts";

const python = process.env.FT_PYTHON ?? "python";
const able = spawnSync(python, ["-c", "import peft, transformers"]).status === 0;
const skipped = able ? "" : " (skipped: python has no peft; FT_PYTHON names another)";

const TOLERANCE = { absolute: 1e-4 };
const TOKENS = [3, 14, 15, 9, 2, 6, 5, 35, 8];

interface Loaded {
  merged: number[][];
  peft?: number[][];
  missing?: string[];
  unexpected?: string[];
}

capturePrinted();

test.skipIf(!able)(
  `PEFT and transformers load every kind and compute its logits${skipped}`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "ft-exports-"));
    const { base, rows, trained, options } = await writeTrainedPlans(folder);
    for (const plan of trainedPlans)
      for (const form of plan === "full" ? ["merged"] : ["peft", "merged"])
        await main(["export", form, ...options, "--plan", plan, "--out", join(folder, `${plan}-${form}`)]);
    const script = join(import.meta.dirname, "testing/load-exports.py");
    const inputs = [script, BASE, folder, JSON.stringify(TOKENS), ...trainedPlans];
    const { stdout, stderr } = spawnSync(python, inputs, { encoding: "utf8", maxBuffer: 2 ** 28 });
    expect(stdout, stderr).not.toBe("");
    const loaded: Record<string, Loaded> = JSON.parse(stdout);
    const ops = await openBackend();
    const targets = TOKENS.map((token, position) => ({ position, token }));
    for (const plan of trainedPlans) {
      const adapter = adapterOf(base.config, rows.get(plan)!);
      const weights = mergeAdapter(ops, base.weights, adapter, trained.get(plan)!);
      const { decoder, dispose } = loadDecoder(ops, base.config, weights);
      const ours = ops.read(batchLogits(ops, decoder, layOut([{ tokens: TOKENS, targets }])));
      dispose();
      const { merged, peft = merged, missing = [], unexpected = [] } = loaded[plan]!;
      for (const logits of [merged, peft]) {
        const theirs = Float32Array.from(logits.flat());
        expectAllClose(ours, theirs, TOLERANCE);
      }
      expect({ missing, unexpected }, plan).toEqual({ missing: [], unexpected: [] });
    }
    rmSync(folder, { recursive: true });
  },
  300_000,
);
