import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "@ft/artifacts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Weights } from "./host-tensor.ts";
import { loadModel } from "./load-model.ts";
import { openSafetensors } from "./read-safetensors.ts";
import { contentsOf } from "./testing/contents.ts";
import { writeSafetensors } from "./write-safetensors.ts";

const TINY = join(import.meta.dirname, "../../../../test/fixtures/neox-tiny");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "model-"));
  cpSync(join(TINY, "config.json"), join(folder, "config.json"));
  cpSync(join(TINY, "model.safetensors"), join(folder, "model.safetensors"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function editConfig(changes: Record<string, unknown>) {
  const file = join(folder, "config.json");
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), ...changes }));
}

async function editWeights(edit: (weights: Weights) => void) {
  const { weights } = await loadModel(TINY);
  edit(weights);
  await writeSafetensors(join(folder, "model.safetensors"), weights);
}

async function problem(): Promise<string> {
  const error = await loadModel(folder).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(UserError);
  return (error as Error).message;
}

describe("loadModel", () => {
  test("reads the config and every tensor that transformers wrote", async () => {
    const { config, weights } = await loadModel(TINY);
    expect(config).toEqual({
      family: "gpt-neox",
      layers: 2,
      heads: 4,
      keyValueHeads: 4,
      headSize: 8,
      dModel: 32,
      dMlp: 128,
      vocabulary: 64,
      maxPositions: 32,
      parallel: true,
      norm: "layer",
      activation: "gelu",
      rotaryDims: 4,
      rotaryBase: 10_000,
      layerNormEpsilon: 1e-5,
      initializerRange: 0.02,
    });
    const file = openSafetensors(join(TINY, "model.safetensors"));
    expect([...weights.keys()].sort()).toEqual([...file.tensors.keys()].sort());
    expect(weights.get("gpt_neox.layers.1.attention.query_key_value.weight")!.shape).toEqual([96, 32]);
  });

  test("keeps no weights in memory: each time they are asked for, they are read", async () => {
    const { weights } = await loadModel(folder);
    const tensor = weights.get("embed_out.weight")!;
    const { data } = tensor;
    expect(tensor.data).toEqual(data);
    expect(tensor.data).not.toBe(data);
    rmSync(join(folder, "model.safetensors"));
    expect(() => tensor.data).toThrow(/no such file/);
  });

  test("suggests the nearest name where a tensor is missing", async () => {
    await editWeights((weights) => {
      const bias = weights.get("gpt_neox.layers.1.attention.dense.bias")!;
      weights.delete("gpt_neox.layers.1.attention.dense.bias");
      weights.set("gpt_neox.layers.1.attention.dens.bias", bias);
    });
    expect(await problem()).toMatch(/has no tensor "gpt_neox\.layers\.1\.attention\.dense\.bias"/);
    expect(await problem()).toMatch(/nearest name there is "gpt_neox\.layers\.1\.attention\.dens\.bias"/);
  });

  test("names the tensor whose shape contradicts the config", async () => {
    editConfig({ intermediate_size: 64 });
    expect(await problem()).toMatch(/asks for \[64,32\][^[]*mlp\.dense_h_to_4h\.weight"[^[]*\[128,32\]/);
  });

  test("refuses numbers that are no weights before any is read", async () => {
    const file = join(folder, "model.safetensors");
    writeFileSync(file, readFileSync(file, "latin1").replace(/"F32"/, '"I32"'), "latin1");
    expect(await problem()).toMatch(
      /weights of this type cannot be read[^[]*tensor "[^"]*"\n {2}value: "I32"/,
    );
  });

  test("refuses a layer that the config does not count", async () => {
    editConfig({ num_hidden_layers: 1 });
    expect(await problem()).toMatch(/12 tensors that gpt_neox does not have.*layers\.1\./s);
  });

  test("ignores the masks and frequencies older checkpoints hold", async () => {
    await editWeights((weights) => {
      weights.set("gpt_neox.layers.0.attention.bias", { shape: [1], data: new Float32Array(1) });
      weights.set("gpt_neox.layers.0.attention.masked_bias", { shape: [], data: new Float32Array(1) });
      weights.set("gpt_neox.layers.0.attention.rotary_emb.inv_freq", {
        shape: [2],
        data: new Float32Array(2),
      });
    });
    expect((await loadModel(folder)).weights.size).toBe(28);
  });

  const INPUT = "gpt_neox.embed_in.weight";
  const OUTPUT = "embed_out.weight";
  const rename = (weights: Weights, from: string, to: string) => {
    const tensor = weights.get(from)!;
    weights.delete(from);
    weights.set(to, tensor);
  };

  test("knows the unembedding by its newer name too", async () => {
    const before = contentsOf((await loadModel(TINY)).weights);
    await editWeights((weights) => rename(weights, OUTPUT, "lm_head.weight"));
    expect(contentsOf((await loadModel(folder)).weights)).toEqual(before);
  });

  test("refuses a checkpoint with the unembedding under both names", async () => {
    await editWeights((weights) => weights.set("lm_head.weight", weights.get(OUTPUT)!));
    expect(await problem()).toMatch(/1 tensors that gpt_neox does not have.*"lm_head\.weight"/s);
  });

  test.each([INPUT, OUTPUT, "lm_head.weight"])(
    "reads tied embeddings from the one that the file kept, %s",
    async (kept) => {
      let values: Float32Array = new Float32Array();
      await editWeights((weights) => {
        values = weights.get(INPUT)!.data;
        weights.delete(OUTPUT);
        rename(weights, INPUT, kept);
      });
      expect(await problem()).toMatch(/has no tensor/);
      editConfig({ tie_word_embeddings: true });
      const { weights, config } = await loadModel(folder);
      expect(config.tied).toBe(true);
      expect(weights.get(INPUT)!.data).toEqual(values);
      expect(weights.has(OUTPUT)).toBe(false);
    },
  );

  test("reads both if the file has both, though the config says they are tied", async () => {
    editConfig({ tie_word_embeddings: true });
    const { weights, config } = await loadModel(folder);
    expect(config.tied).toBeUndefined();
    expect(weights.get(OUTPUT)!.data).not.toEqual(weights.get(INPUT)!.data);
  });

  test("says how the missing one of two embeddings may be tied", async () => {
    await editWeights((weights) => weights.delete(OUTPUT));
    expect(await problem()).toMatch(/has no tensor "embed_out\.weight".*"tie_word_embeddings": true/s);
  });

  test("names the tensor of the same shape if a missing one has an unknown name", async () => {
    await editWeights((weights) => rename(weights, OUTPUT, "unembedding"));
    expect(await problem()).toMatch(/has no tensor "embed_out\.weight".*"unembedding"/s);
  });

  test.each([
    [3e7, /num_hidden_layers: .*10000/],
    [9_999, /config\.json asks for more layers than the model has tensors.*9999 layers, 28 tensors/s],
  ])("refuses %d layers before it makes a list of them", async (layers, message) => {
    editConfig({ num_hidden_layers: layers });
    expect(await problem()).toMatch(message);
  });

  test("refuses weights that are not finite when they are read, by tensor and file", async () => {
    await editWeights((weights) => {
      const { shape, data } = weights.get(OUTPUT)!;
      data[7] = Number.NaN;
      weights.set(OUTPUT, { shape, data });
    });
    const { weights } = await loadModel(folder);
    expect(weights.get(INPUT)!.data.length).toBe(64 * 32);
    expect(() => weights.get(OUTPUT)!.data).toThrow(
      /not a finite number\n.*model\.safetensors\n.*"embed_out\.weight", element 7/,
    );
  });

  test.each([
    ["pytorch_model.bin", /another format \("pytorch_model\.bin"\).*save_pretrained/],
    ["model-q4.gguf", /another format \("model-q4\.gguf"\)/],
    ["adapter_model.safetensors", /an adapter alone: merge it/],
    ["README.md", /a Hugging Face checkpoint in safetensors form/],
  ])("says what to do about a folder that holds %s in place of weights", async (name, remedy) => {
    rmSync(join(folder, "model.safetensors"));
    writeFileSync(join(folder, name), "");
    expect(await problem()).toMatch(/neither model\.safetensors nor/);
    expect(await problem()).toMatch(remedy);
  });

  test("names weights that are a link to nothing", async () => {
    rmSync(join(folder, "model.safetensors"));
    symlinkSync("../blobs/gone", join(folder, "model.safetensors"));
    expect(await problem()).toMatch(/no such file\n.*model\.safetensors/);
  });

  test("suggests the architecture a misspelt model_type means", async () => {
    editConfig({ model_type: "gptneox" });
    expect(await problem()).toMatch(/not supported.*"gptneox".*gpt_neox/s);
  });

  test("names a config.json that is not JSON, or not there", async () => {
    writeFileSync(join(folder, "config.json"), "{");
    expect(await problem()).toMatch(/is not JSON.*\n {2}file: .*config\.json/);
    rmSync(join(folder, "config.json"));
    expect(await problem()).toMatch(/no such file\n {2}file: .*config\.json/);
  });
});

describe("a sharded checkpoint", () => {
  async function shard(weightMap: (name: string, index: number) => string) {
    const { weights } = await loadModel(TINY);
    const homes = new Map([...weights.keys()].map((name, index) => [name, weightMap(name, index)]));
    rmSync(join(folder, "model.safetensors"));
    for (const home of ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]) {
      const own = new Map([...weights].filter(([name]) => homes.get(name) === home));
      await writeSafetensors(join(folder, home), own);
    }
    const index = { metadata: { total_size: 1 }, weight_map: Object.fromEntries(homes) };
    writeFileSync(join(folder, "model.safetensors.index.json"), JSON.stringify(index));
    return weights;
  }
  const halves = (_: string, index: number) => `model-0000${1 + (index % 2)}-of-00002.safetensors`;

  test("is read as one", async () => {
    const weights = await shard(halves);
    expect(contentsOf((await loadModel(folder)).weights)).toEqual(contentsOf(weights));
  });

  test("names the shard that lacks a tensor the index places there", async () => {
    await shard((name, index) => halves(name, index));
    const file = join(folder, "model.safetensors.index.json");
    const index = JSON.parse(readFileSync(file, "utf8"));
    index.weight_map["embed_out.weight"] = "model-00001-of-00002.safetensors";
    index.weight_map["gpt_neox.embed_in.weight"] = "model-00002-of-00002.safetensors";
    writeFileSync(file, JSON.stringify(index));
    expect(await problem()).toMatch(/shard does not contain a tensor/);
  });

  test("whose index lists no tensor is refused", async () => {
    rmSync(join(folder, "model.safetensors"));
    const index = join(folder, "model.safetensors.index.json");
    writeFileSync(index, '{"weight_map": {}}');
    expect(await problem()).toMatch(/weight_map: lists no tensor/);
    writeFileSync(index, '{"weight_map": {"__proto__": "model-00001-of-00001.safetensors"}}');
    expect(await problem()).toMatch(/no such file|lists no tensor/);
  });

  test.each([
    ["a folder", (path: string) => mkdirSync(path), /this is a folder/],
    [
      "a link out of the model's folder",
      (path: string) => symlinkSync(join(TINY, "model.safetensors"), path),
      /points outside/,
    ],
    ["a link to a device", (path: string) => symlinkSync("/dev/zero", path), /not a regular file/],
    ["nothing", () => {}, /no such file/],
    [
      "a Git LFS pointer",
      (path: string) => writeFileSync(path, "version https://git-lfs.github.com/spec/v1\n"),
      /git lfs pull/,
    ],
  ])("with %s in the place of a shard is refused by its name", async (_, make, message) => {
    await shard(halves);
    const path = join(folder, "model-00002-of-00002.safetensors");
    rmSync(path);
    make(path);
    expect(await problem()).toMatch(message);
    expect(await problem()).toContain(path);
  });

  test.each([
    "../model.safetensors",
    "/etc/model.safetensors",
    "a\\b.safetensors",
    "a\0.safetensors",
    "model.bin",
  ])("cannot reach outside of its folder: %j", async (path) => {
    await shard(halves);
    const file = join(folder, "model.safetensors.index.json");
    const index = JSON.parse(readFileSync(file, "utf8"));
    index.weight_map["embed_out.weight"] = path;
    writeFileSync(file, JSON.stringify(index));
    expect(await problem()).toMatch(/must be the name of a \.safetensors file in the same folder/);
  });
});
