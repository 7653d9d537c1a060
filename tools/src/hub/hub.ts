/** What the hub says about a model, checked before anything uses it. */
import { UserError } from "@ft/artifacts";
import { COMMIT, type HubModel } from "@ft/experiment";
import { downloadFile, InvalidApiResponseFormatError, listFiles, modelInfo } from "@huggingface/hub";
import { z } from "zod";
import { backOff, hubFetch, type Pause, retrying } from "./hub-fetch.ts";
import type { HubSettings } from "./hub-settings.ts";

/** Far above any model's repository. */
const MOST_FILES = 100_000;
/** How often a request is tried. */
const ATTEMPTS = 3;

const commitSchema = z.string().regex(COMMIT);
const fileSchema = z.object({
  path: z.string().min(1),
  size: z.int().nonnegative(),
  oid: z.string().regex(COMMIT),
  lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
});

/** A file of a commit. */
export interface HubFile {
  name: string;
  /** In bytes. */
  size: number;
  /** What its bytes are checked with: their SHA-256 or, for small files, the SHA-1 that git has for them. */
  hash: { algorithm: "sha256" | "git"; hex: string };
}

/** A model on the hub. */
export class Hub {
  readonly model: HubModel;
  readonly #settings: HubSettings;
  readonly #fetch: typeof fetch;
  readonly #pause: Pause;

  /** @param pause before a request is tried again. @default {@link backOff} */
  constructor(model: HubModel, settings: HubSettings, pause: Pause = backOff) {
    this.model = model;
    this.#settings = settings;
    this.#fetch = hubFetch(model, settings);
    this.#pause = pause;
  }

  /** The commit that the revision is now. */
  async commit(): Promise<string> {
    const { id, revision } = this.model;
    return this.#ask(async () => {
      const { sha } = await modelInfo({ ...this.#request, name: id, revision, additionalFields: ["sha"] });
      return commitSchema.parse(sha);
    });
  }

  /** The files of a commit, without those in folders. */
  async files(commit: string): Promise<HubFile[]> {
    return this.#ask(async () => {
      const files: HubFile[] = [];
      const repo = { type: "model" as const, name: this.model.id };
      for await (const entry of listFiles({ ...this.#request, repo, revision: commit })) {
        if (entry.type !== "file") continue;
        if (files.length === MOST_FILES) throw new InvalidApiResponseFormatError("too many files");
        const { path: name, size, oid, lfs } = fileSchema.parse(entry);
        files.push({
          name,
          size,
          hash: lfs ? { algorithm: "sha256", hex: lfs.oid } : { algorithm: "git", hex: oid },
        });
      }
      return files;
    });
  }

  /**
   * The bytes of a file from one on. The library's own stream does not say why a request failed, and cannot resume.
   *
   * @param from the first byte wanted; a server may ignore it, and then answers with 200 in place of 206
   */
  async open(commit: string, name: string, from: number): Promise<Response> {
    return this.#fetch(this.#address(commit, name), {
      headers: from > 0 ? { range: `bytes=${from}-` } : {},
    });
  }

  /** A file whose parts are requested as they are read. */
  async remoteFile(commit: string, { name, size, hash }: HubFile): Promise<Blob> {
    const url = this.#address(commit, name);
    const repo = { type: "model" as const, name: this.model.id };
    const downloadInfo = { url, size, etag: hash.hex };
    return (await downloadFile({ ...this.#request, repo, path: name, downloadInfo }))!;
  }

  get #request() {
    return { hubUrl: this.#settings.endpoint, fetch: this.#fetch };
  }

  #address(commit: string, name: string): string {
    const { endpoint } = this.#settings;
    return `${endpoint}/${this.model.id}/resolve/${commit}/${encodeURIComponent(name)}`;
  }

  /** Asks the hub, again after failures that pass. An answer that makes no sense is reported as such. */
  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await retrying(ATTEMPTS, this.#pause, question);
    } catch (error) {
      const isAnswer =
        error instanceof z.ZodError ||
        error instanceof SyntaxError ||
        error instanceof InvalidApiResponseFormatError;
      if (!isAnswer) throw error;
      throw new UserError("the answer is not that of a hub", {
        place: this.#settings.endpoint,
        value: error.message,
        remedy: "check HF_ENDPOINT: it must be the address of the Hugging Face hub or of a mirror",
      });
    }
  }
}
