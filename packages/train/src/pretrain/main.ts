/** `nx run base:pretrain`: makes the embedded base model again: tokenizer, weights, card. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
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
import { buildTokenizer } from "./build-tokenizer.ts";
import { modelCard } from "./model-card.ts";
import { pretrain } from "./pretrain.ts";
import { PHASES, SEED, SHAPE } from "./recipe.ts";
import { scoreModel } from "./score-model.ts";

const usage = `Usage: node packages/train/dist/pretrain/main.js [options]

Pretrains the base model on its synthetic mixture. Stopped, it goes on from its last state when started again.

  --out FOLDER       where the model goes (default: models/nano)
  --score FOLDER     a data stage's folder, or one that holds several, whose prompts the finished model is scored on,
                     for its card; may be repeated
  --tokenizer-only   writes the tokenizer and stops
  --help
`;

try {
  const { values } = parseArgs({
    options: {
      out: { type: "string" },
      score: { type: "string", multiple: true, default: [] },
      "tokenizer-only": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) process.stdout.write(usage);
  else await main(values.out, values.score, values["tokenizer-only"]);
} catch (error) {
  reportFailure(error);
  process.exitCode = 1;
}

/** A data stage's folder stands for itself, any other for the folders in it. */
function dataFolders(folder: string): string[] {
  if (existsSync(tablePath(folder, datasetSchema))) return [folder];
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
}

async function main(
  out: string | undefined,
  score: readonly string[],
  tokenizerOnly: boolean,
): Promise<void> {
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
