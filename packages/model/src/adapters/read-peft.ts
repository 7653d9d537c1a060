/** Reads an adapter that PEFT has saved. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { modelFile, parseConfig, readJson, UserError } from "@ft/artifacts";
import { z } from "zod";
import { linearName, type ModelConfig, modulesOf } from "../families/index.ts";
import type { Weights } from "../weights/host-tensor.ts";
import { openSafetensors, type SafetensorsFile } from "../weights/read-safetensors.ts";
import { type AdapterKind, adapterKinds, type PeftConfig } from "./kinds/index.ts";
import { isTarget, type PeftTargets } from "./peft-targets.ts";

/** What PEFT writes before the names of the model's modules. */
const PREFIX = "base_model.model.";

/** Ways to start training that change the base's weights: the adapter alone is not what was trained. */
const CHANGED_BASE = /^(pissa|olora|corda|loftq|lora_ga)/;

const names = z.union([z.string(), z.array(z.string())]).nullish();
const numbers = z.record(z.string(), z.number()).nullish();
const configSchema = z.looseObject({
  peft_type: z.string(),
  target_modules: names,
  exclude_modules: names,
  layers_to_transform: z.union([z.int(), z.array(z.int())]).nullish(),
  layers_pattern: names,
  modules_to_save: z.array(z.string()).nullish(),
  lora_alpha: z.number().nonnegative().nullish(),
  alpha_pattern: numbers,
  bias: z.string().nullish(),
  lora_dropout: z.number().nullish(),
  lora_bias: z.boolean().nullish(),
  init_lora_weights: z.union([z.boolean(), z.string()]).nullish(),
  layer_replication: z.unknown().optional(),
});

/** A module with an adapter, as plans have it. */
export interface PlannedModule {
  layer: number;
  module: string;
  rank: number;
  alpha: number;
}

export interface PeftCheckpoint {
  /** The name of the adapter kind. */
  kind: string;
  settings: Record<string, unknown>;
  /** In the order of layers and of a layer's linears. */
  modules: PlannedModule[];
  /** The trained tensors, by the names that checkpoints have. */
  trained: Weights;
}

/**
 * Reads `adapter_config.json` and `adapter_model.safetensors` as `PeftModel.from_pretrained` does: kinds LORA (with rsLoRA
 * and DoRA), ADALORA and IA3, with differing ranks and alphas.
 *
 * @param config of the adapted model
 * @throws UserError if a file is missing or malformed; if there is anything that is not computed here, such as modules saved
 * whole; if a tensor belongs to no module of the model, or the configuration asks for other modules than the file has
 */
export function readPeft(folder: string, config: ModelConfig): PeftCheckpoint {
  const file = modelFile(folder, "adapter_config.json");
  const json = parseConfig(configSchema, readJson(file), { file });
  const read: PeftConfig = {
    ...json,
    lora_alpha: json.lora_alpha ?? 8, // PEFT's default
    alpha_pattern: json.alpha_pattern ?? {},
    bias: json.bias ?? "none",
    lora_dropout: json.lora_dropout ?? 0,
  };
  refuseWhatIsNotComputed(json, file);
  const kind = kindOf(read, file);
  const { parts, module: moduleFromPeft, settings } = kind.fromPeft!;
  const tensors = openTensors(folder);
  const linears = linearsOf(config);

  const used = new Set<string>();
  const trained: Weights = new Map();
  const modules = linears.flatMap(({ name, ...place }) => {
    const own: Weights = new Map();
    for (const part of parts) {
      const found = [`${PREFIX}${name}${part}`, `${PREFIX}${name}${part}.weight`].find((key) =>
        tensors.tensors.has(key),
      );
      if (found === undefined) continue;
      used.add(found);
      own.set(`${name}${part}`, tensors.read(found));
    }
    if (!own.has(`${name}${parts[0]}`)) return [];
    const missing = parts.find((part) => !own.has(`${name}${part}`));
    if (missing)
      throw new UserError("an adapted module lacks one of its tensors", {
        file: tensors.file,
        value: `${PREFIX}${name}${missing}`,
        remedy: "Save the adapter again with save_pretrained.",
      });
    const { rank, alpha, trained: values } = moduleFromPeft(name, own, read);
    for (const [tensor, value] of values) trained.set(tensor, value);
    return [{ ...place, name, rank, alpha }];
  });
  for (const [name, tensor] of trainedBiases(tensors, used)) trained.set(name, tensor);
  refuseUnusedTensors(tensors, used);
  compareTargets(json, linears, modules, file);
  return {
    kind: kind.name,
    settings: settings(read, modules),
    modules: modules.map(({ layer, module, rank, alpha }) => ({ layer, module, rank, alpha })),
    trained,
  };
}

function kindOf(config: PeftConfig, file: string): AdapterKind {
  const kind = adapterKinds.find(({ fromPeft }) => fromPeft?.accepts(config));
  if (kind) return kind;
  throw new UserError("adapters of this type are not computed", {
    file,
    place: "peft_type",
    value: config.peft_type,
    remedy: "Supported: LORA (use_rslora or use_dora, not both), ADALORA, IA3.",
  });
}

function refuseWhatIsNotComputed(config: z.infer<typeof configSchema>, file: string): void {
  const refuse = (place: string, value: unknown, why: string, remedy: string) =>
    new UserError(why, { file, place, value, remedy });
  const merge = "Merge the adapter into its model (merge_and_unload) and use that as the model.";
  if (config.modules_to_save && config.modules_to_save.length > 0)
    throw refuse(
      "modules_to_save",
      config.modules_to_save,
      "the adapter holds modules that were trained whole",
      merge,
    );
  if (config.lora_bias)
    throw refuse("lora_bias", true, "the adapter's matrices have their own biases", merge);
  if (config.layer_replication != null)
    throw refuse("layer_replication", config.layer_replication, "the adapter repeats layers", merge);
  const { init_lora_weights: start } = config;
  if (typeof start === "string" && CHANGED_BASE.test(start))
    throw refuse(
      "init_lora_weights",
      start,
      "training started from changed weights of the base, so the adapter does not fit the base",
      "Save it converted (save_pretrained with path_initial_model_for_weight_conversion), or merge it.",
    );
}

function openTensors(folder: string): SafetensorsFile {
  const name = "adapter_model.safetensors";
  if (!existsSync(join(folder, name)) && existsSync(join(folder, "adapter_model.bin")))
    throw new UserError("the adapter's weights are pickled", {
      file: join(folder, "adapter_model.bin"),
      remedy: "Load it and save it again with save_pretrained(folder), which writes safetensors.",
    });
  return openSafetensors(modelFile(folder, name));
}

/** Every linear of the model's blocks, with its full name. */
function linearsOf(config: ModelConfig): { name: string; layer: number; module: string }[] {
  const modules = modulesOf(config);
  return Array.from({ length: config.layers }, (_, layer) =>
    modules.map((module) => ({ name: linearName(config, layer, module), layer, module })),
  ).flat();
}

/** Biases that were trained with the adapter, by their names in the model. */
function* trainedBiases(
  tensors: SafetensorsFile,
  used: Set<string>,
): Generator<[string, ReturnType<SafetensorsFile["read"]>]> {
  for (const key of tensors.tensors.keys()) {
    if (used.has(key) || !key.startsWith(PREFIX) || !key.endsWith(".bias")) continue;
    used.add(key);
    yield [key.slice(PREFIX.length).replace(/\.base_layer\.bias$/, ".bias"), tensors.read(key)];
  }
}

function refuseUnusedTensors({ tensors, file }: SafetensorsFile, used: ReadonlySet<string>): void {
  const unused = [...tensors.keys()].filter((key) => !used.has(key));
  if (unused.length === 0) return;
  throw new UserError(
    `the adapter has ${unused.length} tensors that belong to no linear of the model's blocks`,
    {
      file,
      value: unused[0],
      remedy:
        "Give the model that the adapter was trained on; embeddings and the output layer cannot have adapters.",
    },
  );
}

/** The configuration and the tensors must agree on the modules. */
function compareTargets(
  targets: PeftTargets,
  linears: readonly { name: string }[],
  modules: readonly { name: string }[],
  file: string,
): void {
  const adapted = new Set(modules.map(({ name }) => name));
  const wanted = new Set(linears.map(({ name }) => name).filter((name) => isTarget(name, targets)));
  const without = [...wanted].find((name) => !adapted.has(name));
  const unasked = [...adapted].find((name) => !wanted.has(name));
  const odd = without ?? unasked;
  if (odd === undefined) return;
  throw new UserError(
    without === undefined
      ? "the file has an adapter for a module that the configuration does not name"
      : "the configuration names a module for which the file has no adapter",
    {
      file,
      place: "target_modules",
      value: odd,
      remedy: "Use the configuration that was saved with these tensors.",
    },
  );
}
