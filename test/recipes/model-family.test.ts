/** CONTRIBUTING's recipe "Add a model family": GPT-NeoX under other names, as one file and one line would add it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProvenance, planSchema, writeTable } from "@ft/artifacts";
import { type Ops, openBackend } from "@ft/backend";
import { attribute, evaluateCircuits, type Pair } from "@ft/circuits";
import { createGraph } from "@ft/graph";
import { planOptions, planRows } from "@ft/lora";
import {
  type Adapter,
  adapterTensors,
  createTrainable,
  type Family,
  families,
  graphShape,
  layOut,
  loadModel,
  type Model,
  mergeAdapter,
  readPlans,
  saveModel,
  type Weights,
} from "@ft/model";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noMeasures } from "../../packages/lora/src/testing/no-measures.ts";

const FIXTURE = join(import.meta.dirname, "../fixtures/parity-neox");
const [gptNeox] = families as [Family];

/** The tensors' names, as GPT-2 might have them. */
const rename = (name: string) =>
  name
    .replace("gpt_neox.embed_in", "transformer.wte")
    .replace("gpt_neox.layers.", "transformer.h.")
    .replace("input_layernorm", "ln_1")
    .replace("post_attention_layernorm", "ln_2")
    .replace("attention.query_key_value", "attn.c_attn")
    .replace("attention.dense", "attn.c_proj")
    .replace("mlp.dense_h_to_4h", "mlp.up")
    .replace("mlp.dense_4h_to_h", "mlp.down")
    .replace("gpt_neox.final_layer_norm", "transformer.ln_f")
    .replace("embed_out", "head");

/** What the file would export. */
const renamed: Family = {
  name: "renamed",
  modelType: "renamed_neox",
  parseConfig: (json, file) => ({ ...gptNeox.parseConfig(json, file), family: "renamed" }),
  configJson: (config) => ({ ...gptNeox.configJson(config), model_type: "renamed_neox" }),
  names: {
    embedding: rename(gptNeox.names.embedding),
    block(layer) {
      const { norm1, norm2, queryKeyValue, dense, up, down } = gptNeox.names.block(layer);
      return {
        norm1: rename(norm1),
        norm2: rename(norm2),
        queryKeyValue: rename(queryKeyValue!),
        dense: rename(dense),
        up: rename(up),
        down: rename(down),
      };
    },
    finalNorm: rename(gptNeox.names.finalNorm),
    unembedding: rename(gptNeox.names.unembedding),
  },
  modules: { c_attn: "queryKeyValue", c_proj: "dense", up: "up", down: "down" },
  tensors: (config) => gptNeox.tensors(config).map((spec) => ({ ...spec, name: rename(spec.name) })),
  ignored: /^$/,
};

const folder = mkdtempSync(join(tmpdir(), "ft-family-"));
let ops: Ops;
let original: Model;
let model: Model;
beforeAll(async () => {
  (families as Family[]).push(renamed); // the line in the registry
  ops = await openBackend();
  original = await loadModel(FIXTURE);
  const weights = new Map([...original.weights].map(([name, tensor]) => [rename(name), tensor]));
  saveModel(folder, { config: { ...original.config, family: "renamed" }, weights });
  model = await loadModel(folder);
});
afterAll(() => {
  (families as Family[]).pop();
  rmSync(folder, { recursive: true });
});

const pairs: Pair[] = JSON.parse(readFileSync(join(FIXTURE, "expected.json"), "utf8")).pairs.map(
  ({ clean, corrupted, label, wrong }: Record<string, never>) => ({ clean, corrupted, answer: label, wrong }),
);

/** The adapter of a plan of the lora stage, on all modules of the model. */
async function planned({ config }: Model): Promise<Adapter> {
  const plans = mkdtempSync(join(folder, "plan-"));
  const options = planOptions.parse({ name: "p", method: "uniform", rank: 2 });
  const modules = Object.keys(families.find(({ name }) => name === config.family)!.modules);
  const rows = planRows(options, {
    layers: config.layers,
    modules,
    seed: 1,
    ...noMeasures,
  });
  await writeTable(plans, planSchema, rows, createProvenance());
  return readPlans([plans], config)[0]!.adapter(1)!;
}

/** Values of every kind, by name. */
async function computed(of: Model): Promise<Weights> {
  const values: Weights = new Map();
  const add = (name: string, data: ArrayLike<number>) =>
    values.set(name, { shape: [data.length], data: Float32Array.from(data) });
  const batch = layOut(
    pairs.map(({ clean, answer }) => ({
      tokens: clean,
      targets: [{ position: clean.length - 1, token: answer }],
    })),
  );
  const lora = await planned(of);
  for (const adapter of [lora, { kind: "full", modules: [] }]) {
    const start = [...adapterTensors(of.weights, adapter, 1)].map(([name, { shape, data }], i) => {
      const value = adapter === lora ? data.map((_, j) => Math.sin(i + j) / 8) : data;
      return [name, { shape, data: value }] as const;
    });
    const zeros = (length: number) => new Float32Array(length);
    const state = new Map(
      start.map(([name, { data }]) => [
        name,
        { value: data, firstMoment: zeros(data.length), secondMoment: zeros(data.length) },
      ]),
    );
    const trainable = createTrainable(ops, of, adapter, 1, state);
    ops.scope(() => {
      const { loss, gradients } = trainable.lossAndGradients(batch);
      add(`${adapter.kind} loss`, [loss]);
      for (const [name, gradient] of gradients) add(`${adapter.kind} gradient ${name}`, ops.read(gradient));
    });
    trainable.dispose();
    if (adapter === lora)
      for (const [name, { data }] of mergeAdapter(ops, of.weights, adapter, new Map(start)))
        add(`merged ${name}`, data);
  }
  const graph = createGraph(graphShape(of.config));
  const half = graph.emptySet().map((_, edge) => edge % 2);
  const { model: whole, circuits } = evaluateCircuits(ops, of, pairs, [half], { logits: true });
  add("logits", whole.logits!);
  add("logits of a circuit", circuits[0]!.logits!);
  add("scores", attribute(ops, of, pairs));
  return values;
}

test("a family is one file and one line: the same model under other names computes the same", async () => {
  const [theirs, ours] = [await computed(original), await computed(model)];
  const expected = new Map([...theirs].map(([name, tensor]) => [rename(name), tensor]));
  expect([...ours.keys()].sort()).toEqual([...expected.keys()].sort());
  expect([...ours.keys()]).toContain("lora gradient transformer.h.2.attn.c_attn.lora_A.weight");
  for (const [name, { data }] of expected) expect(ours.get(name)!.data, name).toEqual(data);
});

test("its folder is refused until it is registered", async () => {
  writeFileSync(
    join(folder, "config.json"),
    readFileSync(join(folder, "config.json"), "utf8").replace("renamed_neox", "renamed_neo"),
  );
  await expect(loadModel(folder)).rejects.toThrow(/not supported[\s\S]*Did you mean "renamed_neox"\?/);
});
