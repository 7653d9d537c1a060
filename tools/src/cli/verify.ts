import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { examples } from "./examples.ts";

export function verify(program: Command): void {
  program
    .command("verify")
    .description("check artefacts against their manifests, byte for byte")
    .argument("<file...>", "tables (.arrow), or folders for all the tables in them")
    .addHelpText(
      "after",
      examples(
        ["ft verify runs/add-sub-100/circuits/edges.arrow", "one table"],
        ["ft verify runs/add-sub-100/*", "the tables of every stage of an experiment"],
      ),
    )
    .action(run);
}

async function run(paths: readonly string[]): Promise<void> {
  const { describeManifest, reportFailure, verifyFile } = await import("@ft/artifacts");
  for (const file of paths.flatMap(tablesIn)) {
    try {
      console.log(describeManifest(verifyFile(file)));
    } catch (error) {
      reportFailure(error);
      process.exitCode = 1;
    }
  }
}

/** The tables in a folder; anything else stands for itself. */
function tablesIn(path: string): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const tables = readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".arrow"),
  );
  return tables.sort().map((name) => join(path, name));
}
