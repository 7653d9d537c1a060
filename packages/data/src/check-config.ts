import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { ConfigContext, ConfigProblem } from "@ft/artifacts";
import type { DataConfig } from "./config.ts";
import { importedFiles } from "./imported-files.ts";

/** The files that a configuration imports and that are not there. */
export function checkConfig(config: DataConfig, { folder }: ConfigContext): ConfigProblem[] {
  return importedFiles(config).flatMap(({ path, file }) => {
    const absolute = resolve(folder, file);
    if (statSync(absolute, { throwIfNoEntry: false })?.isFile()) return [];
    return [{ path, problem: `there is no file ${JSON.stringify(file)} (${absolute})` }];
  });
}
