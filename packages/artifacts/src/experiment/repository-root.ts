import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UserError } from "@ft/bytes";

/** The folder that holds nx.json, found from a path upwards. Base models, runs and caches lie in it. */
export function repositoryRoot(from: string): string {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "nx.json"))) return folder;
    if (folder === dirname(folder)) break;
  }
  throw new UserError("no folder above this path holds nx.json, so there is no repository to run in", {
    file: from,
    remedy: "put the experiment under experiments/ in a checkout",
  });
}
