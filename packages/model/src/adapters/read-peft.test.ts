import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadModelConfig } from "../weights/load-model.ts";
import { openSafetensors } from "../weights/read-safetensors.ts";
import { writeSafetensors } from "../weights/write-safetensors.ts";
import { adapterOf } from "./plans.ts";
import { readPeft } from "./read-peft.ts";
import { savePeft } from "./save-peft.ts";

const fixture = join(import.meta.dirname, "../../../../test/fixtures/peft-kinds");
const cases = readdirSync(join(fixture, "peft"));
const config = await loadModelConfig(fixture);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ft-read-peft-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const contents = (file: string) => {
  const { tensors, read } = openSafetensors(file);
  return new Map([...tensors.keys()].sort().map((name) => [name, read(name)]));
};

/** Rows of a plan, as the lora stage would write them. */
const adapter = ({ kind, settings, modules }: ReturnType<typeof readPeft>) =>
  adapterOf(
    config,
    modules.map((module) => ({
      ...module,
      plan: "imported",
      draw: 0,
      seed: null,
      kind,
      settings: JSON.stringify(settings),
      critical: false,
      edgeChange: null,
      reason: "",
    })),
  );

test.each(cases)("%s as PEFT saved it is written again with the same tensors, ranks and scales", (name) => {
  const theirs = join(fixture, "peft", name);
  const found = readPeft(theirs, config);
  savePeft(folder, config, adapter(found), found.trained);
  const file = "adapter_model.safetensors";
  expect(contents(join(folder, file))).toEqual(contents(join(theirs, file)));
  expect(readPeft(folder, config)).toEqual(found);
});

describe("an adapter that would be computed wrongly is refused", () => {
  const change = (edit: (json: Record<string, unknown>) => void, from = "lora") => {
    cpSync(join(fixture, "peft", from), folder, { recursive: true });
    const file = join(folder, "adapter_config.json");
    const json = JSON.parse(readFileSync(file, "utf8"));
    edit(json);
    writeFileSync(file, JSON.stringify(json));
  };

  test.each([
    ["modules_to_save", ["embed_in"]],
    ["lora_bias", true],
    ["layer_replication", [[0, 1]]],
    ["init_lora_weights", "pissa_niter_4"],
    ["peft_type", "VERA"],
  ])("%s: %j", (key, value) => {
    change((json) => {
      json[key] = value;
    });
    expect(() => readPeft(folder, config)).toThrow(`place: ${key}`);
  });

  test("other modules in the configuration than in the file", () => {
    change((json) => {
      json.target_modules = ["query_key_value"];
    });
    expect(() => readPeft(folder, config)).toThrow(/does not name[\s\S]*attention\.dense/);
    change((json) => {
      json.target_modules = "all-linear";
      json.layers_to_transform = null;
    });
    expect(() => readPeft(folder, config)).not.toThrow();
  });

  test("a tensor of no module", () => {
    change(() => {});
    const file = join(folder, "adapter_model.safetensors");
    const tensors = contents(file);
    tensors.set("base_model.model.embed_out.lora_A.weight", { shape: [1], data: Float32Array.of(1) });
    writeSafetensors(file, tensors);
    expect(() => readPeft(folder, config)).toThrow(/belong to no linear[\s\S]*embed_out\.lora_A/);
  });

  test("an adapted module without one of its matrices", () => {
    change(() => {});
    const file = join(folder, "adapter_model.safetensors");
    const tensors = contents(file);
    const [last] = [...tensors.keys()].filter((name) => name.endsWith("lora_B.weight"));
    tensors.delete(last!);
    writeSafetensors(file, tensors);
    expect(() => readPeft(folder, config)).toThrow(/lacks one of its tensors/);
  });

  test("pickled weights", () => {
    change(() => {});
    rmSync(join(folder, "adapter_model.safetensors"));
    writeFileSync(join(folder, "adapter_model.bin"), "PK");
    expect(() => readPeft(folder, config)).toThrow(/pickled/);
  });
});
