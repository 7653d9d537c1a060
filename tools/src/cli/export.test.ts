import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifyFile } from "@ft/artifacts";
import { openBackend } from "@ft/backend";
import { adapterOf, loadModel, mergeAdapter, openSafetensors } from "@ft/model";
import { afterAll, beforeAll, expect, test } from "vitest";
import { main } from "./main.ts";
import { capturePrinted } from "./testing/capture-printed.ts";
import { BASE, writeTrainedPlans } from "./testing/trained-plans.ts";

const folder = mkdtempSync(join(tmpdir(), "ft-export-"));
const at = (name: string) => join(folder, name);
const printed = capturePrinted();
let written: Awaited<ReturnType<typeof writeTrainedPlans>>;
beforeAll(async () => {
  written = await writeTrainedPlans(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const exported = (form: string, plan: string, out: string) =>
  main(["export", form, ...written.options, "--plan", plan, "--out", at(out)]);

test("an adapter is exported in PEFT's names, and its manifest says of which checkpoint it is", async () => {
  await exported("peft", "dora", "dora");
  const { tensors } = openSafetensors(at("dora/adapter_model.safetensors"));
  const dense = "base_model.model.gpt_neox.layers.0.attention.dense";
  const own = [...tensors.keys()].filter((name) => name.startsWith(dense)).sort();
  const parts = ["base_layer.bias", "lora_A.weight", "lora_B.weight", "lora_magnitude_vector"];
  expect(own).toEqual(parts.map((part) => `${dense}.${part}`));
  expect(JSON.parse(readFileSync(at("dora/adapter_config.json"), "utf8"))).toMatchObject({
    ...{ peft_type: "LORA", use_dora: true, bias: "lora_only" },
  });
  expect(verifyFile(at("dora/adapter_model.safetensors"))).toMatchObject({
    config: { checkpoint: { plan: "dora", draw: 0, seed: 1, step: 9 } },
  });
  expect(printed.out).toContain("dora, seed 1");
});

test("AdaLoRA's pruned triplets are cut, and a pattern says which", async () => {
  await exported("peft", "adalora", "adalora");
  const file = openSafetensors(at("adalora/adapter_model.safetensors"));
  const name = "gpt_neox.layers.0.attention.dense";
  const values = written.trained.get("adalora")!;
  const b = values.get(`${name}.lora_B`)!;
  const cut = file.read(`base_model.model.${name}.lora_B`);
  expect(cut.shape).toEqual([b.shape[0], 2]);
  expect([...cut.data]).toEqual([...b.data].filter((_, i) => i % 4 === 1 || i % 4 === 2));
  const a = values.get(`${name}.lora_A`)!;
  const inputs = a.shape[1]!;
  expect(file.read(`base_model.model.${name}.lora_A`).data).toEqual(a.data.slice(inputs, 3 * inputs));
  const { rank_pattern } = JSON.parse(readFileSync(at("adalora/adapter_config.json"), "utf8"));
  expect(rank_pattern[`${name}.lora_E`]).toEqual([false, true, true, false]);
});

test("a merged model has the weights of the checkpoint, and the base's config and tokenizer", async () => {
  await exported("merged", "ia3", "merged");
  const ops = await openBackend();
  const { base, rows, trained } = written;
  const adapter = adapterOf(base.config, rows.get("ia3")!);
  const wanted = mergeAdapter(ops, base.weights, adapter, trained.get("ia3")!);
  const { weights } = await loadModel(at("merged"));
  for (const [name, { data }] of wanted) expect(weights.get(name)!.data, name).toEqual(data);
  const config = (of: string) => JSON.parse(readFileSync(join(of, "config.json"), "utf8"));
  const { torch_dtype: _, ...given } = config(BASE);
  expect(config(at("merged"))).toEqual({ ...given, dtype: "float32", tie_word_embeddings: false });
  for (const name of ["tokenizer.json", "tokenizer_config.json"])
    expect(readFileSync(join(at("merged"), name))).toEqual(readFileSync(join(BASE, name)));
});

test("what cannot be exported is refused, and leaves no folder", async () => {
  await exported("peft", "full", "none");
  expect(printed.err).toMatch(/PEFT has no adapter of kind full[\s\S]*save the merged model/);
  expect(existsSync(at("none"))).toBe(false);
  mkdirSync(at("taken"));
  writeFileSync(at("taken/notes.txt"), "mine");
  await exported("merged", "lora", "taken");
  expect(printed.err).toMatch(/the folder to write is not empty/);
  expect(readdirSync(at("taken"))).toEqual(["notes.txt"]);
  await main(["export", "peft", "--model", BASE, "--out", at("none")]);
  expect(printed.err).toMatch(/there is no checkpoint/);
});
