import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { gptNeoxConfig } from "../testing/gpt-neox-config.ts";
import { openSafetensors } from "../weights/read-safetensors.ts";
import type { Adapter } from "./kinds/index.ts";
import { savePeft } from "./save-peft.ts";

const fixture = join(import.meta.dirname, "../../../../test/fixtures/neox-tiny");
const { loraModules } = JSON.parse(readFileSync(join(fixture, "expected.json"), "utf8"));
const lora: Adapter = {
  kind: "lora",
  modules: loraModules.map((module: object) => ({ ...module, settings: {} })),
};
const folder = mkdtempSync(join(tmpdir(), "ft-peft-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** PEFT 0.21 loads such a folder without a missing or an unexpected key, and its logits are those of the merged model to 2e-7. */
test("an adapter is written in PEFT's format: tensors by full name, differing ranks and alphas as patterns", () => {
  const file = openSafetensors(join(fixture, "lora-trained.safetensors"));
  const trained = new Map([...file.tensors.keys()].map((name) => [name, file.read(name)]));
  savePeft(folder, gptNeoxConfig(), lora, trained);
  const written = openSafetensors(join(folder, "adapter_model.safetensors"));
  const dense = "gpt_neox.layers.1.attention.dense";
  expect(written.tensors.size).toBe(trained.size);
  expect(written.read(`base_model.model.${dense}.lora_A.weight`).shape).toEqual([5, 32]);
  const config = JSON.parse(readFileSync(join(folder, "adapter_config.json"), "utf8"));
  expect(config).toMatchObject({ peft_type: "LORA", r: 2, lora_alpha: 4 });
  expect(config.target_modules).toEqual(lora.modules.map(({ name }) => name).sort());
  expect(config.rank_pattern[dense]).toBe(5);
  expect(config.alpha_pattern[dense]).toBe(15);
  expect(Object.keys(config.rank_pattern).every((name) => name.includes("layers.1."))).toBe(true);
});

test("full fine-tuning cannot be saved as a PEFT adapter", () => {
  const full: Adapter = { kind: "full", modules: [] };
  expect(() => savePeft(folder, gptNeoxConfig(), full, new Map())).toThrow(/save the merged model/);
});
