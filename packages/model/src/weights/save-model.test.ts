import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadModel, type Model } from "./load-model.ts";
import { openSafetensors } from "./read-safetensors.ts";
import { saveModel } from "./save-model.ts";
import { contentsOf } from "./testing/contents.ts";

const TINY = join(import.meta.dirname, "../../../../test/fixtures/neox-tiny");

let folder: string;
let model: Model;
beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), "save-")), "model");
  model = await loadModel(TINY);
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true }));

describe("saveModel", () => {
  test("writes a folder that loads as the same model", async () => {
    saveModel(folder, model);
    const { config, weights } = await loadModel(folder);
    expect(config).toEqual(model.config);
    expect(contentsOf(weights)).toEqual(contentsOf(model.weights));
  });

  test("changes no weight by more than half a unit in the last place of float16", async () => {
    saveModel(folder, model, { dtype: "float16" });
    const { weights } = await loadModel(folder);
    for (const [name, { data }] of model.weights) {
      const saved = weights.get(name)!.data;
      expect(
        data.every(
          (value, i) => Math.abs(saved[i]! - value) <= Math.max(2 ** -11 * Math.abs(value), 2 ** -25),
        ),
      ).toBe(true);
    }
  });

  test("saves a float16 model again without any change", async () => {
    saveModel(folder, model, { dtype: "float16" });
    const bytes = () => readFileSync(join(folder, "model.safetensors"));
    const first = bytes();
    saveModel(folder, await loadModel(folder), { dtype: "float16" });
    expect(bytes().equals(first)).toBe(true);
  });

  test("begins the data at a multiple of 8 bytes and says the layout is PyTorch's", async () => {
    saveModel(folder, model);
    const file = openSafetensors(join(folder, "model.safetensors"));
    expect(file.metadata).toEqual({ format: "pt" });
    expect(Math.min(...[...file.tensors.values()].map(({ begin }) => begin)) % 8).toBe(0);
  });

  test("refuses a weight float16 cannot hold, and leaves nothing half-written", () => {
    const { shape, data } = model.weights.get("embed_out.weight")!;
    data[3] = 70_000;
    model.weights.set("embed_out.weight", { shape, data });
    expect(() => saveModel(folder, model, { dtype: "float16" })).toThrow(
      /too large for float16.*"embed_out\.weight", element 3\n {2}value: 70000/s,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test("records the special tokens", () => {
    saveModel(folder, model, { specialTokens: { bos: 2, eos: 3 } });
    expect(JSON.parse(readFileSync(join(folder, "config.json"), "utf8"))).toMatchObject({
      bos_token_id: 2,
      eos_token_id: 3,
    });
  });
});
