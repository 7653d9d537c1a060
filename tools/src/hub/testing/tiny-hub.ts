/** A hub on loopback with a small model, and an empty cache, for each test of a file. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { silentProgress } from "@ft/artifacts";
import { beforeEach, onTestFinished, vi } from "vitest";
import { temporaryFolder } from "../../../../packages/artifacts/src/testing/temporary-folder.ts";
import type { FetchOptions } from "../fetch-model.ts";
import { HubServer, type Repository } from "./hub-server.ts";

/** A GPT-NeoX with its tokenizer. */
export const MODEL = join(import.meta.dirname, "../../../../models/nano");

/** Two commits of the model, of which the second differs in its settings, and what nobody needs. */
export const [FIRST, SECOND] = ["1".repeat(40), "2".repeat(40)] as [string, string];

export interface TinyHub {
  server: HubServer;
  repository: Repository;
  /** The download cache. */
  cache: string;
  /** Without pauses between requests. */
  options: FetchOptions;
}

/** The hub of the current test: `org/tiny`, with branch main and tag v1. */
export function tinyHub(): TinyHub {
  const hub = {} as TinyHub;
  beforeEach(async () => {
    const files = Object.fromEntries(
      readdirSync(MODEL).map((name) => [name, readFileSync(join(MODEL, name))]),
    );
    const others = { "pytorch_model.bin": Buffer.from("pickled"), "flax_model.msgpack": Buffer.from("x") };
    const changed = Buffer.from(files["config.json"]!.toString().replace("{", '{ "comment": "new",'));
    const repository: Repository = {
      commits: {
        [FIRST]: { ...files, ...others },
        [SECOND]: { ...files, ...others, "config.json": changed },
      },
      refs: { main: FIRST, v1: FIRST, "refs/pr/1": SECOND },
    };
    const server = new HubServer();
    server.repositories.set("org/tiny", repository);
    await server.start();
    onTestFinished(() => server.stop());
    const cache = join(temporaryFolder(), "hub");
    vi.stubEnv("HF_HUB_CACHE", cache);
    vi.stubEnv("HF_HUB_DISABLE_SYMLINKS", "");
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const settings = { endpoint: server.endpoint, token: undefined, offline: false };
    const options = { progress: silentProgress, settings, pause: async () => {} };
    Object.assign(hub, { server, repository, cache, options });
  });
  return hub;
}
