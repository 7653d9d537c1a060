import type { Command } from "commander";
import { examples } from "./arguments.ts";
import { MODEL_HELP } from "./open-model.ts";

interface Options {
  out?: string;
  model?: string[];
  mark?: string;
  readme?: string | true;
}

export function findings(program: Command): void {
  program
    .command("findings")
    .description(
      "judge the paper's claims over all finished experiments of a folder: pages, tables and figures",
    )
    .argument("[folder]", "with EXPERIMENT/STAGE/TABLE.arrow, such as runs", "results")
    .option(
      "--out <folder>",
      "replaced by findings.html, index.html and their files (default: FOLDER/findings)",
    )
    .option("--model <model...>", `base models that are not in models/: ${MODEL_HELP}`)
    .option("--mark <text>", "shown on top of the pages, such as quick")
    .option(
      "--readme [file]",
      "rewrite the results in README.md, or another file; pages only if --out is given too",
    )
    .addHelpText(
      "after",
      examples(
        ["ft findings runs --out findings", "of everything that was run here"],
        ["ft findings --readme", "the README's results, from results/"],
      ),
    )
    .action(run);
}

async function run(folder: string, options: Options): Promise<void> {
  const { resolve } = await import("node:path");
  const { UserError, counted, readText, repositoryRoot, subfolders, writeFileAtomic } = await import(
    "@ft/artifacts"
  );
  const { findingsOf, readExperiments, readmeBlock, readOrigin, replaceBlock, writeFindings } = await import(
    "@ft/report"
  );
  const { obtainModel } = await import("../hub/obtain-model.ts");
  const root = repositoryRoot(process.cwd());
  const { out, model = [], mark, readme } = options;
  const target = out ?? (readme === undefined ? `${folder}/findings` : undefined);
  if (target !== undefined) await checkTarget(resolve(target), resolve(folder));
  const models = subfolders(`${root}/models`).map((name) => `${root}/models/${name}`);
  for (const name of model) models.push(await obtainModel(name));
  const found = findingsOf(await readExperiments(folder, models));
  if (readme !== undefined) {
    const file = readme === true ? `${root}/README.md` : readme;
    writeFileAtomic(file, replaceBlock(readText(file), readmeBlock(found), file));
    console.log(`${file}: results of ${counted(found.experiments.length, "experiment")}`);
  }
  if (target === undefined) return;
  const command = `npx ft findings ${folder} --out ${target}`;
  await writeFindings(target, found, { origin: readOrigin(root), mark, command });
  for (const { claim, verdict } of found.findings) console.log(`${verdict.padEnd(12)}  ${claim.claim}`);
  console.log(`${target}/findings.html`);

  /** A folder is replaced as a whole, so it must be one that this command wrote, or none. */
  async function checkTarget(to: string, from: string): Promise<void> {
    const { existsSync, readdirSync, statSync } = await import("node:fs");
    const isInside = `${from}/`.startsWith(`${to}/`);
    const isOther =
      existsSync(to) &&
      !existsSync(`${to}/findings.html`) &&
      (!statSync(to).isDirectory() || readdirSync(to).length > 0);
    if (!isInside && !isOther) return;
    throw new UserError("--out would be replaced as a whole, but holds something other than findings", {
      file: to,
      remedy: "name a new folder",
    });
  }
}
