import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { initializeModel, loadModel, loadModelConfig, openTokenizer } from "@ft/model";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../packages/artifacts/src/testing/temporary-folder.ts";
import { writeRandomModel } from "./random-model.ts";

const nano = resolve(import.meta.dirname, "../../../models/nano");

/** float16 keeps eleven digits of a value of the usual size. */
const ROUNDING = 2 ** -11;

test("a random model has the shape of its original, the layers asked for, and weights by the seed", async () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  await writeRandomModel({ like: nano, layers: 2, out: at("a") });
  await writeRandomModel({ like: join(nano, "config.json"), layers: 2, out: at("b") });
  await writeRandomModel({ like: nano, layers: 2, seed: 2, out: at("c") });
  const weights = (name: string) => readFileSync(join(at(name), "model.safetensors"), "base64");
  expect(weights("b")).toBe(weights("a"));
  expect(weights("c")).not.toBe(weights("a"));
  const { config, weights: tensors } = await loadModel(at("a"));
  expect(config).toEqual({ ...(await loadModelConfig(nano)), layers: 2 });
  const drawn = initializeModel(config, 1).weights;
  for (const [name, { shape, data }] of tensors) {
    expect(shape).toEqual(drawn.get(name)!.shape);
    const values = drawn.get(name)!.data;
    expect(
      data.every((value, i) => Math.abs(value - values[i]!) <= ROUNDING * Math.abs(values[i]!) + 1e-7),
    ).toBe(true);
  }
  expect((await openTokenizer(at("a"))).tokenizer.bos).toBe((await openTokenizer(nano)).tokenizer.bos);
});

test("only the layers of local attention that are left stay local", async () => {
  const folder = temporaryFolder();
  const like = resolve(import.meta.dirname, "../../../models/gpt-neo-2.7b/config.json");
  mkdirSync(join(folder, "narrow"));
  const narrow = { ...JSON.parse(readFileSync(like, "utf8")), hidden_size: 40, vocab_size: 30 };
  writeFileSync(join(folder, "narrow/config.json"), JSON.stringify(narrow));
  await writeRandomModel({ like: join(folder, "narrow"), layers: 2, out: join(folder, "out") });
  expect((await loadModelConfig(join(folder, "out"))).localAttention).toEqual({ window: 256, layers: [1] });
});

test("more layers than there are, and a folder with a model, are refused", async () => {
  const out = join(temporaryFolder(), "out");
  await expect(writeRandomModel({ like: nano, layers: 9, out })).rejects.toThrow(
    /fewer layers[\s\S]*it has 8/,
  );
  await expect(writeRandomModel({ like: nano, out: nano })).rejects.toThrow(
    "there is a model in this folder already",
  );
});
