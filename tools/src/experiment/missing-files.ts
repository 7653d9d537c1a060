import { statSync } from "node:fs";
import { resolve } from "node:path";

/**
 * The files that data stages import and that are not there, a line each with its place.
 *
 * @param content of experiment.json
 * @param folder the experiment's, which the files' paths are relative to
 */
export async function missingFiles(content: unknown, folder: string): Promise<string[]> {
  const { importedFiles } = await import("@ft/data");
  const { stages } = (content ?? {}) as { stages?: Record<string, DataStage | null> | null };
  return Object.entries(stages ?? {}).flatMap(([stage, entry]) => {
    if (entry?.uses !== "data" || entry.run !== undefined) return [];
    return importedFiles(entry.config).flatMap(({ place, file }) => {
      const path = resolve(folder, file);
      if (statSync(path, { throwIfNoEntry: false })?.isFile()) return [];
      return [`stages.${stage}.config.${place}: there is no file ${JSON.stringify(file)} (${path})`];
    });
  });
}

interface DataStage {
  uses?: unknown;
  run?: unknown;
  config?: unknown;
}
