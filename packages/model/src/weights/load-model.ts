/** A model folder in Hugging Face's layout. */
import { modelFile, nearest, readJson, UserError } from "@ft/artifacts";
import type { ModelConfig } from "../families/index.ts";
import { type Family, familyOfJson, type TensorSpec } from "../families/index.ts";
import { type Checkpoint, openCheckpoint } from "./checkpoint.ts";
import { sameShape, type Weights } from "./host-tensor.ts";
import { assertReadable } from "./read-safetensors.ts";
import { storedShape, transpose } from "./transposed.ts";

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
 * Exactly the tensors of the family must be there, in the shapes the config asks for, under any of the names that
 * versions of transformers give them. In a checkpoint with tied embeddings one tensor, the input's or the output's, is
 * both. Linears that files hold as [in, out] are [out, in] here.
 * @throws UserError if the config or a file is malformed, or a tensor is missing, misshapen or not of the family; asking
 * for `data` also throws it, if one of the values is not finite.
 */
export async function loadModel(folder: string): Promise<LoadedModel> {
  const asked = await readConfig(folder);
  const checkpoint = await openCheckpoint(folder);
  const { config, sources } = matchTensors(asked, checkpoint, folder);
  const weights: Weights = new Map();
  for (const { spec, source } of sources) {
    const { name, shape, transposed } = spec;
    weights.set(name, {
      shape,
      get data() {
        const stored = checkpoint.read(source);
        return transposed ? transpose(stored) : stored.data;
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

async function readConfig(folder: string): Promise<FamilyConfig> {
  const file = modelFile(folder, "config.json");
  return parseModelConfig(readJson(file), file);
}

/** What a config.json asks for. */
export interface FamilyConfig {
  family: Family;
  config: ModelConfig;
}

/** Reads the contents of a config.json. @throws UserError when it is malformed or of another architecture. */
export function parseModelConfig(json: unknown, file: string): FamilyConfig {
  const family = familyOfJson(json, file);
  return { family, config: family.parseConfig(json, file) };
}

/**
 * Finds each of the family's tensors among those of a checkpoint.
 *
 * @param folder named in errors
 * @returns the config as the tensors have it, and each tensor with its name in the checkpoint
 * @throws UserError if one is missing, misshapen, of a type that cannot be read, or not of the family
 */
export function matchTensors(
  { family, config: asked }: FamilyConfig,
  checkpoint: Pick<Checkpoint, "tensors">,
  folder: string,
): { config: ModelConfig; sources: { spec: TensorSpec; source: string }[] } {
  const config = withoutFalseTie(asked, family, checkpoint);
  return { config, sources: sourcesOf(checkpoint, family, config, folder) };
}

/** As transformers does, embeddings that are both in the checkpoint are not tied, whatever the config says. */
function withoutFalseTie(
  config: ModelConfig,
  family: Family,
  { tensors }: Pick<Checkpoint, "tensors">,
): ModelConfig {
  const { tied, ...untied } = config;
  const has = (name: string) => namesOf(name, family, untied).some((candidate) => tensors.has(candidate));
  return tied && has(family.names.embedding) && has(family.names.unembedding) ? untied : config;
}

/** Where each of the family's tensors is read from, after checking that the checkpoint holds all of them and no other. */
function sourcesOf(
  { tensors }: Pick<Checkpoint, "tensors">,
  family: Family,
  config: ModelConfig,
  folder: string,
): { spec: TensorSpec; source: string }[] {
  // Before the list of expected tensors is made, which config.json makes as long as it likes.
  if (config.layers > tensors.size)
    throw new UserError("config.json asks for more layers than the model has tensors", {
      file: folder,
      place: "config.json, layers",
      value: `${config.layers} layers, ${tensors.size} tensors`,
      remedy: "Use the config.json that was saved with these weights.",
    });
  const expected = family.tensors(config);
  const found = expected.map((spec) => {
    const { name } = spec;
    const source = namesOf(name, family, config).find((candidate) => tensors.has(candidate));
    if (source === undefined) throw missing(name, expected, tensors, family, folder);
    const { entry, file } = tensors.get(source)!;
    const shape = storedShape(spec);
    if (!sameShape(entry.shape, shape))
      throw new UserError(`a tensor's shape does not follow from config.json, which asks for [${shape}]`, {
        file,
        place: `tensor "${source}"`,
        value: entry.shape,
        remedy: "Use the config.json that was saved with these weights.",
      });
    assertReadable(entry, file);
    return { spec, source };
  });
  const known = new Set(found.flatMap(({ spec, source }) => [spec.name, source]));
  const unexpected = [...tensors.keys()].filter((name) => !known.has(name) && !family.ignored.test(name));
  if (unexpected.length > 0)
    throw new UserError(
      `the model holds ${unexpected.length} tensors that ${family.modelType} does not have`,
      {
        file: tensors.get(unexpected[0]!)!.file,
        place: `tensor "${unexpected[0]}"`,
        remedy: "Use the config.json that was saved with these weights, and merge adapters before saving.",
      },
    );
  return found;
}

/** The names a tensor may have in a checkpoint, the first of those that are there counts. */
function namesOf(name: string, { names, otherNames }: Family, { tied }: ModelConfig): string[] {
  const { embedding, unembedding } = names;
  const same = tied && name === embedding ? [embedding, unembedding] : [name];
  return same.flatMap((one) => [one, ...(otherNames?.(one) ?? [])]);
}

/** The error for a missing tensor, naming the one that the family does not have and that it probably is. */
function missing(
  name: string,
  expected: readonly TensorSpec[],
  tensors: Checkpoint["tensors"],
  { names: { embedding: input, unembedding: output } }: Family,
  folder: string,
): UserError {
  const names = new Set(expected.map((spec) => spec.name));
  const shape = storedShape(expected.find((spec) => spec.name === name)!);
  const others = [...tensors].filter(([other]) => !names.has(other));
  const [fits] = others.filter(([, { entry }]) => sameShape(entry.shape, shape));
  const suggestion =
    nearest(
      name,
      others.map(([other]) => other),
    ) ?? fits?.[0];
  let remedy = `Use the config.json that was saved with these weights: ${tensors.size} tensors, such as "${[...tensors.keys()][0]}".`;
  if (name === output && tensors.has(input))
    remedy = `If the model's embeddings are tied, set "tie_word_embeddings": true in config.json: "${input}" is then the value of both.`;
  if (suggestion !== undefined) remedy = `The nearest name there is "${suggestion}".`;
  return new UserError(`the model has no tensor "${name}"`, { file: folder, remedy });
}
