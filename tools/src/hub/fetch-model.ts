/** A model of the hub in the download cache, which is shared with Python's huggingface_hub and transformers. */
import { existsSync, mkdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { type Progress, readJson, UserError } from "@ft/artifacts";
import {
  findSnapshot,
  type HubModel,
  hubCache,
  INDEX_FILE,
  missingFiles,
  modelFolder,
  renderHubModel,
  repositoryFolder,
  snapshotFolder,
  TOKENIZER_FILE,
} from "@ft/experiment";
import { withLock } from "../lock.ts";
import { ByteProgress } from "./byte-progress.ts";
import { assertSpace, blobPath, markAbsent, placeFile, writeRef } from "./cache-files.ts";
import { chooseFiles, indexedShards } from "./choose-files.ts";
import { downloadFile, partialFile } from "./download-file.ts";
import { Hub, type HubFile } from "./hub.ts";
import { backOff, type Pause } from "./hub-fetch.ts";
import { type HubSettings, hubSettings } from "./hub-settings.ts";

export interface FetchOptions {
  progress: Progress;
  /** @default the environment's */
  settings?: HubSettings;
  /** Before a request is made again. @default {@link backOff} */
  pause?: Pause;
}

/** A model in the cache. */
export interface FetchedModel {
  commit: string;
  /** The commit's files; absolute. */
  folder: string;
  /** How many bytes were downloaded now. */
  bytes: number;
}

/**
 * Asks the hub for a model's commit and downloads those of its files that are not in the cache. The revision means the new commit
 * once all of them are there: an interrupted download leaves an earlier one in use. If several processes fetch a model at
 * once, one downloads and the others wait for it.
 *
 * @throws UserError if the hub refuses or cannot be reached, the repository is not a model's, bytes are damaged, or, offline,
 * files are missing in the cache
 */
export async function fetchModel(model: HubModel, options: FetchOptions): Promise<FetchedModel> {
  const { progress, settings = hubSettings(), pause = backOff } = options;
  if (settings.offline) return offlineModel(model);
  const hub = new Hub(model, settings, pause);
  const commit = await hub.commit();
  const files = await hub.files(commit);
  const transfer = new Transfer(hub, commit, { progress, pause });
  const { folder } = transfer;
  if (transfer.needs(files))
    await withLock(
      lockOf(model),
      () => transfer.fetch(files),
      () => progress.note(`waiting for another process that downloads ${renderHubModel(model)}`),
    );
  if (findSnapshot(model)?.commit !== commit) writeRef(model, commit);
  return { commit, folder, bytes: transfer.bytes };
}

/** A model whose files must all be there. */
function offlineModel(model: HubModel): FetchedModel {
  try {
    const folder = modelFolder(renderHubModel(model));
    return { commit: basename(folder), folder, bytes: 0 };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${error.problem}, and HF_HUB_OFFLINE rules out a download`, {
      ...error.at,
      remedy: "unset HF_HUB_OFFLINE, or copy the model's folder in the cache from another machine",
    });
  }
}

/** Next to the locks of huggingface_hub, which Node cannot take. */
function lockOf(model: HubModel): string {
  return join(hubCache(), ".locks", basename(repositoryFolder(model)), "finetune-circuits.lock");
}

/** The files of a commit on their way into the cache. */
class Transfer {
  readonly folder: string;
  bytes = 0;
  readonly #hub: Hub;
  readonly #commit: string;
  readonly #options: { progress: Progress; pause: Pause };

  constructor(hub: Hub, commit: string, options: { progress: Progress; pause: Pause }) {
    this.folder = resolve(snapshotFolder(hub.model, commit));
    this.#hub = hub;
    this.#commit = commit;
    this.#options = options;
  }

  /** Whether files are missing. */
  needs(files: readonly HubFile[]): boolean {
    const { settings, weights } = chooseFiles(files, this.#hub.model);
    return this.#missing([...settings, weights]).length > 0 || missingFiles(this.folder).length > 0;
  }

  /** Downloads the missing files, the weights last. */
  async fetch(files: readonly HubFile[]): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    const { settings, weights } = chooseFiles(files, this.#hub.model);
    const missing = this.#missing([...settings, ...(await this.#weights(files, weights))]);
    const total = missing.reduce((sum, file) => sum + this.#openBytes(file), 0);
    assertSpace(this.folder, total);
    const label = `downloading ${renderHubModel(this.#hub.model)}`;
    const shown = new ByteProgress(this.#options.progress, total, label);
    await this.#download(missing, (bytes) => shown.add(bytes));
    shown.finish();
    if (!files.some(({ name }) => name === TOKENIZER_FILE)) markAbsent(this.folder, TOKENIZER_FILE);
  }

  /** The files with tensors, after the index that names them. */
  async #weights(files: readonly HubFile[], weights: HubFile): Promise<HubFile[]> {
    if (weights.name !== INDEX_FILE) return [weights];
    await this.#download([weights], () => {});
    const index = join(this.folder, INDEX_FILE);
    return indexedShards(readJson(index), files, index);
  }

  async #download(files: readonly HubFile[], onBytes: (bytes: number) => void): Promise<void> {
    for (const file of this.#missing(files)) {
      const blob = blobPath(this.#hub.model, file);
      if (!existsSync(blob))
        await downloadFile(file, blob, {
          hub: this.#hub,
          commit: this.#commit,
          pause: this.#options.pause,
          onBytes: (bytes) => {
            this.bytes += bytes;
            onBytes(bytes);
          },
        });
      placeFile(blob, join(this.folder, file.name));
    }
  }

  #missing(files: readonly HubFile[]): HubFile[] {
    return files.filter(({ name }) => !existsSync(join(this.folder, name)));
  }

  /** The bytes of a file that have not arrived yet. */
  #openBytes(file: HubFile): number {
    const blob = blobPath(this.#hub.model, file);
    if (existsSync(blob)) return 0;
    return file.size - (statSync(partialFile(blob), { throwIfNoEntry: false })?.size ?? 0);
  }
}
