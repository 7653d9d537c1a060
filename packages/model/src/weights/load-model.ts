/** A model folder in Hugging Face's layout. */
import { join } from "node:path";
import { nearest, UserError } from "@ft/artifacts";
import { type Checkpoint, openCheckpoint } from "./checkpoint.ts";
import { type Family, familyOfJson } from "./families.ts";
import { sameShape, type Weights } from "./host-tensor.ts";
import type { ModelConfig } from "./model-config.ts";
import { readJson } from "./read-json.ts";
import { assertReadable } from "./read-safetensors.ts";

/** A model: its architecture and every weight as float32. */
export interface Model {
  config: ModelConfig;
  weights: Weights;
}

/** A model and the folder it was read from. */
export interface LoadedModel extends Model {
  folder: string;
}

/**
 * Reads `config.json` of a model folder and what its weights files say they hold. A tensor's `data` are read from the file
 * each time they are asked for, so that a model need not be in memory twice, here and on a backend.
 *
 * Exactly the tensors of the family must be there, in the shapes the config asks for. A checkpoint with tied embeddings
 * gives both names the same values; from then on the two are independent tensors.
 * @throws UserError when the config or a file is malformed, or a tensor is missing, misshapen or not of the family.
 */
export async function loadModel(folder: string): Promise<LoadedModel> {
  const { family, config, tied } = await readConfig(folder);
  const checkpoint = await openCheckpoint(folder);
  const weights: Weights = new Map();
  for (const { name, source, shape } of sources(checkpoint, family, config, tied, folder)) {
    weights.set(name, {
      shape,
      fresh: true,
      get data() {
        return checkpoint.read(source).data;
      },
    });
  }
  return { folder, config, weights };
}

/**
 * Reads only the `config.json` of a model folder.
 * @throws UserError when it is missing, malformed or of another architecture.
 */
export async function loadModelConfig(folder: string): Promise<ModelConfig> {
  return (await readConfig(folder)).config;
}

async function readConfig(folder: string): Promise<{ family: Family; config: ModelConfig; tied: boolean }> {
  const file = join(folder, "config.json");
  const json = await readJson(file);
  const family = familyOfJson(json, file);
  const tied = (json as { tie_word_embeddings?: boolean }).tie_word_embeddings === true;
  return { family, config: family.parseConfig(json, file), tied };
}

/** Where each of the family's tensors is read from, after checking that the checkpoint holds all of them and no other. */
function sources(
  { tensors }: Checkpoint,
  family: Family,
  config: ModelConfig,
  tied: boolean,
  folder: string,
): { name: string; source: string; shape: number[] }[] {
  const expected = family.tensors(config);
  const names = new Set(expected.map((spec) => spec.name));
  const unexpected = [...tensors.keys()].filter((name) => !names.has(name) && !family.ignored.test(name));
  const { input, output } = family.tiedEmbeddings;

  const found = expected.map(({ name, shape }) => {
    const source = name === output && tied && !tensors.has(output) ? input : name;
    const tensor = tensors.get(source);
    if (!tensor) {
      const suggestion = nearest(source, unexpected);
      throw new UserError(`the model lacks the tensor "${source}"`, {
        file: folder,
        value: `${tensors.size} tensors, none of this name`,
        remedy: suggestion
          ? `The nearest name there is "${suggestion}".`
          : "Check that config.json belongs to these weights.",
      });
    }
    if (!sameShape(tensor.entry.shape, shape))
      throw new UserError(`a tensor's shape does not follow from config.json, which asks for [${shape}]`, {
        file: tensor.file,
        place: `tensor "${source}"`,
        value: tensor.entry.shape,
        remedy: "Check that config.json belongs to these weights.",
      });
    assertReadable(tensor.entry, tensor.file);
    return { name, source, shape };
  });
  if (unexpected.length > 0)
    throw new UserError(
      `the model holds ${unexpected.length} tensors that ${family.modelType} does not have`,
      {
        file: tensors.get(unexpected[0]!)!.file,
        place: `tensor "${unexpected[0]}"`,
        remedy: "Check that config.json belongs to these weights, and merge adapters before saving.",
      },
    );
  return found;
}
