import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ops, openBackend } from "@ft/backend";
import { batchLogits, layOut, loadDecoder, loadModel, openSafetensors } from "@ft/model";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAllClose, type Tolerance } from "../../../packages/backend/src/testing/all-close.ts";
import { main } from "./main.ts";
import { capturePrinted } from "./testing/capture-printed.ts";

/** Of models trained by PEFT in float32, whose tensors are those read here. */
const FLOAT32: Tolerance = { absolute: 2e-5, relative: 2e-5 };

const fixture = join(import.meta.dirname, "../../../test/fixtures/peft-kinds");
const { read } = openSafetensors(join(fixture, "logits.safetensors"));
const { batches }: { batches: number[][][] } = JSON.parse(
  readFileSync(join(fixture, "expected.json"), "utf8"),
);
const printed = capturePrinted();

let folder: string;
let ops: Ops;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "ft-import-"));
  ops = await openBackend();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The model's logits behind every token of the fixture's first batch. */
async function logits(model: string): Promise<Float32Array> {
  const { config, weights } = await loadModel(model);
  const { decoder, dispose } = loadDecoder(ops, config, weights);
  const sequences = batches[0]!.map((tokens) => ({
    tokens,
    targets: tokens.map((_, position) => ({ position, token: 0 })),
  }));
  const found = ops.read(batchLogits(ops, decoder, layOut(sequences)));
  dispose();
  return found as Float32Array;
}

test.each(["lora", "lora-patterns", "rslora", "dora", "adalora", "ia3"])(
  "%s as PEFT saved it: its merged model has the logits that PEFT's had, its first checkpoint the base's",
  async (name) => {
    const at = (part: string) => join(folder, `${name}-${part}`);
    const model = ["--model", fixture];
    await main([
      "import",
      "peft",
      join(fixture, "peft", name),
      ...model,
      "--out",
      at("run"),
      "--updates",
      "30",
    ]);
    expect(printed.err).toBe("");
    expect(printed.out).toMatch(/as plan imported, seed 1, step 30/);
    await main(["export", "merged", "--checkpoint", at("run"), ...model, "--out", at("merged")]);
    expectAllClose(await logits(at("merged")), read(name).data, FLOAT32);
    const first = ["--checkpoint", at("run"), "--step", "first"];
    await main(["export", "merged", ...first, ...model, "--out", at("first")]);
    expectAllClose(await logits(at("first")), await logits(fixture), FLOAT32);
    await main(["export", "peft", "--checkpoint", at("run"), ...model, "--out", at("peft")]);
    const file = "adapter_model.safetensors";
    const [ours, theirs] = [join(at("peft"), file), join(fixture, "peft", name, file)].map((path) =>
      openSafetensors(path),
    );
    expect([...ours!.tensors.keys()].sort()).toEqual([...theirs!.tensors.keys()].sort());
    for (const key of theirs!.tensors.keys()) expect(ours!.read(key)).toEqual(theirs!.read(key));
  },
);

test("nothing is written for a folder that is no adapter, or over another", async () => {
  const model = ["--model", fixture];
  await main(["import", "peft", fixture, ...model, "--out", join(folder, "none")]);
  expect(printed.err).toContain("adapter_config.json");
  expect(existsSync(join(folder, "none"))).toBe(false);
  const full = mkdtempSync(join(folder, "full-"));
  writeFileSync(join(full, "notes"), "mine");
  await main(["import", "peft", join(fixture, "peft/lora"), ...model, "--out", full]);
  expect(printed.err).toContain("not empty");
});
