import { statSync } from "node:fs";
import type { Command } from "commander";
import { examples } from "./examples.ts";

export function verify(program: Command): void {
  program
    .command("verify")
    .description("check artefacts against their manifests, byte for byte")
    .argument("<file...>", "files, or folders for every table, page, figure and CSV in them")
    .addHelpText(
      "after",
      examples(
        ["ft verify runs/add-sub-100/circuits/edges.arrow", "one table"],
        ["ft verify runs/add-sub-100/*", "everything that the stages of an experiment wrote"],
      ),
    )
    .action(run);
}

async function run(paths: readonly string[]): Promise<void> {
  const { describeManifest, reportFailure, verifiableFiles, verifyFile } = await import("@ft/artifacts");
  const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  for (const file of paths.flatMap((path) => (isFolder(path) ? verifiableFiles(path) : [path]))) {
    try {
      console.log(describeManifest(verifyFile(file)));
    } catch (error) {
      reportFailure(error);
      process.exitCode = 1;
    }
  }
}
