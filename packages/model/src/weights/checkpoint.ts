/** The weights in a model folder: one safetensors file, or several with an index. */
import { readdirSync } from "node:fs";
import {
  INDEX_FILE,
  isWeightsName,
  modelFile,
  parseConfig,
  readJson,
  UserError,
  WEIGHTS_FILE,
} from "@ft/artifacts";
import { z } from "zod";
import type { HostTensor } from "./host-tensor.ts";
import { openSafetensors, type SafetensorsFile } from "./read-safetensors.ts";
import type { TensorEntry } from "./safetensors-header.ts";

/** The tensors of a model folder, wherever they lie. */
export interface Checkpoint {
  /** Every tensor's name with its entry and the file it is in. */
  readonly tensors: ReadonlyMap<string, { entry: TensorEntry; file: string }>;
  read(name: string): HostTensor;
}

const indexSchema = z.looseObject({
  weight_map: z
    .record(
      z.string(),
      // A plain file name: an index must not reach outside of its folder.
      z.string().refine(isWeightsName, "must be the name of a .safetensors file in the same folder"),
    )
    .refine((map) => Object.keys(map).length > 0, "lists no tensor"),
});

/**
 * Opens the weights of a model folder: `model.safetensors`, or the shards that `model.safetensors.index.json` lists.
 * @throws UserError when there are none, a header is malformed, or a shard lacks a tensor the index promises.
 */
export async function openCheckpoint(folder: string): Promise<Checkpoint> {
  const present = readdirSync(folder);
  if (present.includes(WEIGHTS_FILE)) {
    const single = openSafetensors(modelFile(folder, WEIGHTS_FILE));
    return checkpoint(new Map([...single.tensors.keys()].map((name) => [name, single])));
  }
  if (present.includes(INDEX_FILE)) return openShards(folder, modelFile(folder, INDEX_FILE));
  throw new UserError(`the folder has neither ${WEIGHTS_FILE} nor ${INDEX_FILE}`, {
    file: folder,
    remedy: missingWeightsRemedy(present),
  });
}

/** What to do about a folder without safetensors, by the names of the files it holds instead. */
export function missingWeightsRemedy(present: readonly string[]): string {
  if (present.some((name) => /^adapter_model\./.test(name)))
    return "It holds an adapter alone: merge it into its model (merge_and_unload in PEFT) and save that.";
  const other = present.find((name) => /\.(bin|pt|pth|ckpt|gguf|h5|msgpack|npz|onnx)$/.test(name));
  return other
    ? `Its weights are in another format ("${other}"): load the model and save it again with save_pretrained(folder), which writes safetensors.`
    : "Name a folder that holds a Hugging Face checkpoint in safetensors form.";
}

async function openShards(folder: string, index: string): Promise<Checkpoint> {
  const { weight_map: weightMap } = parseConfig(indexSchema, readJson(index), { file: index });
  const shards = new Map(
    [...new Set(Object.values(weightMap))].map((shard) => [shard, openSafetensors(modelFile(folder, shard))]),
  );
  const home = new Map(Object.entries(weightMap).map(([name, shard]) => [name, shards.get(shard)!]));
  for (const [name, { tensors, file }] of home)
    if (!tensors.has(name))
      throw new UserError("a shard does not contain a tensor that the index assigns to it", {
        file,
        place: `tensor "${name}"`,
        remedy: `Download the folder again; the tensor is listed in ${index}.`,
      });
  return checkpoint(home);
}

function checkpoint(home: Map<string, SafetensorsFile>): Checkpoint {
  return {
    tensors: new Map(
      [...home].map(([name, { tensors, file }]) => [name, { entry: tensors.get(name)!, file }]),
    ),
    read: (name) => home.get(name)!.read(name),
  };
}
