/** `nx run base:pretrain`: makes the embedded base model again: tokenizer, weights, card. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  createProgress,
  datasetSchema,
  reportFailure,
  repositoryRoot,
  tablePath,
  writeFileAtomic,
} from "@ft/artifacts";
import { openBackend } from "@ft/backend";
import { elementCount, initializeModel, loadTokenizer, saveModel } from "@ft/model";
import { Command } from "commander";
import { buildTokenizer } from "./build-tokenizer.ts";
import { modelCard, scoreModel } from "./model-card.ts";
import { pretrain } from "./pretrain.ts";
import { PHASES, SEED, SHAPE } from "./recipe.ts";

interface Options {
  out?: string;
  score?: string[];
  tokenizerOnly?: boolean;
}

const program = new Command("node packages/train/dist/pretrain/main.js")
  .description(
    "Pretrains the base model on its synthetic mixture. Interrupted, it resumes from its last state when started again.",
  )
  .option("--out <folder>", "where the model goes (default: models/nano)")
  .option(
    "--score <folder...>",
    "folders of data stages, or folders that hold several; the model card reports the finished model's score on their prompts",
  )
  .option("--tokenizer-only", "write the tokenizer and stop")
  .action(main);

try {
  await program.parseAsync();
} catch (error) {
  reportFailure(error);
  process.exitCode = 1;
}

/** A data stage's folder itself; for any other folder, the folders in it. */
function dataFolders(folder: string): string[] {
  if (existsSync(tablePath(folder, datasetSchema))) return [folder];
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
}

async function main({ out, score = [], tokenizerOnly = false }: Options): Promise<void> {
  const root = repositoryRoot(process.cwd());
  const folder = out === undefined ? join(root, "models", "nano") : resolve(out);
  const { vocabulary, files } = buildTokenizer();
  for (const [name, text] of Object.entries(files)) writeFileAtomic(join(folder, name), text);
  if (tokenizerOnly) return;

  const ops = await openBackend({ mute: true });
  const tokenizer = await loadTokenizer(folder);
  const initial = initializeModel({ ...SHAPE, vocabulary }, SEED);
  const work = join(root, ".cache", "work", "base");
  const { model, finalLosses } = await pretrain(initial, PHASES, {
    ops,
    tokenizer,
    work,
    progress: createProgress(),
  });
  saveModel(folder, model, { dtype: "float16", specialTokens: { bos: tokenizer.bos, eos: tokenizer.bos } });
  const parameters = [...model.weights.values()].reduce((sum, { shape }) => sum + elementCount(shape), 0);
  const zeroShot = await scoreModel(ops, folder, score.flatMap(dataFolders));
  const { config } = model;
  const card = modelCard({ config, parameters, phases: PHASES, finalLosses, backend: ops.info, zeroShot });
  writeFileAtomic(join(folder, "README.md"), card);
  rmSync(work, { recursive: true, force: true });
  process.stdout.write(`${folder}\n`);
}
