/** A model in outline: of a folder, of the download cache, or of the hub without downloading its weights. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { modelFile, modelFolder, parseJson, readJson, UserError } from "@ft/artifacts";
import {
  decidingFiles,
  INDEX_FILE,
  isHere,
  parseHubModel,
  renderHubModel,
  snapshotName,
  TOKENIZER_FILE,
} from "@ft/experiment";
import {
  type Checkpoint,
  LENGTH_BYTES,
  type ModelSummary,
  openCheckpoint,
  parseHeaderLength,
  parseSafetensorsHeader,
  summarizeModel,
  type TensorEntry,
} from "@ft/model";
import { chooseFiles, indexedShards } from "./choose-files.ts";
import { Hub, type HubFile } from "./hub.ts";
import { backOff, type Pause } from "./hub-fetch.ts";
import { type HubSettings, hubSettings } from "./hub-settings.ts";

/** In bytes; an index of a hundred thousand tensors takes some ten million. */
const LARGEST_JSON = 64 * 2 ** 20;

export interface ModelOutline {
  /** The folder, or the model's name on the hub with its commit. */
  name: string;
  /** The folder of its files; undefined if they are only on the hub. */
  folder: string | undefined;
  summary: ModelSummary;
  /** The files of weights that would be read. */
  weights: { files: number; bytes: number };
  hasTokenizer: boolean;
}

/**
 * Outlines a model by its config.json and the headers of its weights. Of a model of the hub that is not in the download cache
 * only these are requested.
 *
 * @param name a path, or a model of the hub
 * @throws UserError if there is no such model, it has no config.json, or a file is malformed
 */
export async function outlineModel(
  name: string,
  settings: HubSettings = hubSettings(),
  pause: Pause = backOff,
): Promise<ModelOutline> {
  const model = parseHubModel(name);
  if (model && !isHere(name) && !settings.offline) return outlineRemote(new Hub(model, settings, pause));
  return outlineFolder(modelFolder(name));
}

async function outlineFolder(folder: string): Promise<ModelOutline> {
  const json = readJson(modelFile(folder, "config.json"));
  const weights = decidingFiles(folder).filter((file) => file.endsWith(".safetensors"));
  const sizes = weights.map((file) => statSync(join(folder, file)).size);
  return {
    name: snapshotName(folder) ?? folder,
    folder,
    summary: await summarize(json, folder, async () => (await openCheckpoint(folder)).tensors),
    weights: { files: weights.length, bytes: sum(sizes) },
    hasTokenizer: existsSync(join(folder, TOKENIZER_FILE)),
  };
}

async function outlineRemote(hub: Hub): Promise<ModelOutline> {
  const commit = await hub.commit();
  const files = await hub.files(commit);
  const name = renderHubModel({ ...hub.model, revision: commit });
  const remote = new RemoteFiles(hub, commit, name);
  const config = files.find((file) => file.name === "config.json");
  if (!config) throw new UserError("the repository has no config.json", { place: name });
  let weights: HubFile[] = [];
  const summary = await summarize(await remote.json(config), name, async () => {
    const chosen = chooseFiles(files, hub.model).weights;
    weights =
      chosen.name === INDEX_FILE
        ? indexedShards(await remote.json(chosen), files, `${name}/${INDEX_FILE}`)
        : [chosen];
    return remote.tensors(weights);
  });
  return {
    name,
    folder: undefined,
    summary,
    weights: { files: weights.length, bytes: sum(weights.map(({ size }) => size)) },
    hasTokenizer: files.some((file) => file.name === TOKENIZER_FILE),
  };
}

/** The outline also of a model whose weights cannot be opened: that is then why it cannot be used. */
async function summarize(
  json: unknown,
  folder: string,
  open: () => Promise<Checkpoint["tensors"]>,
): Promise<ModelSummary> {
  try {
    return summarizeModel(json, await open(), folder);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...summarizeModel(json, new Map(), folder), refusal: error };
  }
}

/** Files of a commit, read over the network. */
class RemoteFiles {
  readonly #hub: Hub;
  readonly #commit: string;
  readonly #name: string;

  constructor(hub: Hub, commit: string, name: string) {
    this.#hub = hub;
    this.#commit = commit;
    this.#name = name;
  }

  async json(file: HubFile): Promise<unknown> {
    if (file.size > LARGEST_JSON)
      throw new UserError("the file is too large", { file: this.#path(file), value: `${file.size} bytes` });
    const response = await this.#hub.open(this.#commit, file.name, 0);
    return parseJson(await response.text(), { file: this.#path(file) });
  }

  /** The headers alone. */
  async tensors(files: readonly HubFile[]): Promise<Checkpoint["tensors"]> {
    const tensors = new Map<string, { entry: TensorEntry; file: string }>();
    for (const file of files) {
      const path = this.#path(file);
      const bytes = await this.#hub.remoteFile(this.#commit, file);
      const read = async (from: number, to: number) =>
        new Uint8Array(await bytes.slice(from, to).arrayBuffer());
      const length = parseHeaderLength(await read(0, LENGTH_BYTES), file.size, path);
      const header = await read(LENGTH_BYTES, LENGTH_BYTES + length);
      for (const [name, entry] of parseSafetensorsHeader(header, file.size, path).tensors)
        tensors.set(name, { entry, file: path });
    }
    return tensors;
  }

  #path({ name }: HubFile): string {
    return `${this.#name}/${name}`;
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
