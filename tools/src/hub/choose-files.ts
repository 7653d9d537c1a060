/** Which files of a repository make a model. */
import { UserError } from "@ft/artifacts";
import { type HubModel, INDEX_FILE, indexedFiles, renderHubModel, WEIGHTS_FILE } from "@ft/experiment";
import { missingWeightsRemedy } from "@ft/model";
import { companionFiles } from "../model/model-files.ts";
import type { HubFile } from "./hub.ts";

/** The files of a model. */
export interface ChosenFiles {
  /** Configuration and tokenizer. */
  settings: HubFile[];
  /** All weights in one file, or the index of those in several. */
  weights: HubFile;
}

/** @throws UserError if there is no config.json, or there are no weights as safetensors */
export function chooseFiles(files: readonly HubFile[], model: HubModel): ChosenFiles {
  const named = (name: string) => files.find((file) => file.name === name);
  const names = files.map(({ name }) => name);
  const fail = (problem: string, remedy: string) =>
    new UserError(problem, { place: renderHubModel(model), value: names.join(", "), remedy });
  const weights = named(WEIGHTS_FILE) ?? named(INDEX_FILE);
  if (!weights) throw fail("the repository has no weights as safetensors", weightsRemedy(names, model));
  const config = named("config.json");
  if (!config) throw fail("the repository has no config.json", "name a model as transformers saves it");
  return { settings: [...companionFiles.flatMap((name) => named(name) ?? []), config], weights };
}

function weightsRemedy(names: readonly string[], { id }: HubModel): string {
  const isPickled = names.some((name) => name.endsWith(".bin"));
  const converted = ` Some repositories have them as a pull request: hf://${id}@refs/pr/1.`;
  return missingWeightsRemedy(names) + (isPickled ? converted : "");
}

/**
 * The files of weights that an index names.
 *
 * @param index its contents
 * @param from where it is from, named in the error
 * @throws UserError if the repository does not have one of them
 */
export function indexedShards(index: unknown, files: readonly HubFile[], from: string): HubFile[] {
  return indexedFiles(index).map((name) => {
    const file = files.find((candidate) => candidate.name === name);
    if (file) return file;
    throw new UserError("the index names a file that the repository does not have", {
      file: from,
      value: name,
    });
  });
}
