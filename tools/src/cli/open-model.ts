/** Common parts of the commands on a model and a file of pairs. */

import { basename, dirname, join, resolve } from "node:path";
import type { CheckpointKey, Provenance } from "@ft/artifacts";
import type { Ops } from "@ft/backend";
import type { FittedTrees, Pair, ShapeOfModel } from "@ft/circuits";
import type { Adapter, Join, LoadedModel, Model, RowAction, Weights } from "@ft/model";
import { type Command, Option } from "commander";
import { runOptions, stepOption } from "./arguments.ts";
import { type MemoryOption, useMemory } from "./memory-option.ts";

/** The options of {@link addModelOptions}: a model, or a checkpoint of a train stage. */
export interface ModelOptions {
  model?: string;
  checkpoint?: string;
  plan?: string;
  draw?: number;
  seed?: number;
  step?: number | "first" | "last";
  plans?: string;
}

/** The options of {@link addPairsOptions}. */
export interface PairsOptions {
  pairs: string;
  join: Join;
  unusable: RowAction;
  counterfactual?: string;
}

export interface ModelAndPairs {
  ops: Ops;
  model: Model;
  pairs: Pair[];
  /** Memory of the prompts computed at once, if the budget leaves less than usual. */
  reduced: Pick<FittedTrees, "treeBytes"> | undefined;
  /** The origin of the model: hashes of the files read, its name on the hub, and the checkpoint. */
  origin: Pick<Provenance, "inputs" | "runs" | "baseModel"> & { checkpoint: CheckpointKey | undefined };
}

/** What a model may be, for the help of every option that names one. */
export const MODEL_HELP = "folder, or hf://OWNER/NAME[@REVISION] on the Hugging Face hub";

/** `--model`, or `--checkpoint` with the options that say which. */
export function addModelOptions(command: Command): Command {
  const named = command
    .option(
      "--model <model>",
      `${MODEL_HELP}: config.json, safetensors, tokenizer.json; with --checkpoint the base model (default: the experiment's)`,
    )
    .option(
      "--checkpoint <folder>",
      "a checkpoint of a train stage in place of a model: runs/EXPERIMENT/STAGE",
    );
  return runOptions(named)
    .option("--step <step>", "checkpoint of the run: a step, first or last (default: last)", stepOption)
    .option("--plans <folder>", "the stage that planned the run (default: the one that its training read)");
}

/**
 * `--pairs`, the file of pairs, with `--join`, `--counterfactual` and `--unusable`; see `joins`, `ReadOptions` and `rowActions`
 * of @ft/model.
 */
export function addPairsOptions(command: Command): Command {
  return command
    .requiredOption(
      "--pairs <file>",
      "CSV, JSON Lines or JSON with clean, corrupted, answer (or label) and, if known, wrong (or corrupted_label), or rows of MIB or EAP-IG; prompts as text, or in JSON as lists of token ids",
    )
    .addOption(
      new Option("--join <how>", "what is between a prompt and its answer; none: answers letter by letter")
        .choices(["space", "newline", "none"])
        .default("space"),
    )
    .option(
      "--counterfactual <name>",
      "column or key of the corrupted prompts, if it is not `corrupted` or, in rows of MIB, its circuit track's",
    )
    .addOption(
      new Option("--unusable <choice>", "what to do with pairs that the model cannot use; all are counted")
        .choices(["error", "drop"])
        .default("error"),
    );
}

/**
 * Opens the backend, the model and the pairs; prompts given as text are encoded with the model's tokenizer.
 *
 * @param metric its name; some need the corrupted prompt's answer of every pair
 * @param fit how many prompts at once fit into a budget
 * @throws UserError for a metric, model, checkpoint or file that cannot be used, or a model that does not fit into memory
 */
export async function openModelAndPairs(
  options: ModelOptions & PairsOptions & MemoryOption,
  metric: string,
  fit: (model: ShapeOfModel, pairs: readonly Pair[], budget: number) => FittedTrees,
): Promise<ModelAndPairs> {
  await useMemory(options);
  const { admitPairs, countParameters, loadModel, openTokenizer } = await import("@ft/model");
  const { openBackend } = await import("@ft/backend");
  const { describeTrees, metricNamed } = await import("@ft/circuits");
  const { createProgress, memoryBudget, modelOrigin } = await import("@ft/artifacts");
  const { obtainModel } = await import("../hub/obtain-model.ts");
  const { needsWrong } = metricNamed(metric);
  const checkpoint = await findCheckpoint(options);
  const folder = checkpoint?.base ?? (await obtainModel(options.model!));
  const progress = createProgress();
  const base = await loadModel(folder);
  const admitted = await admitPairs({
    file: options.pairs,
    limits: base.config,
    tokenizer: async () => (await openTokenizer(folder)).tokenizer,
    join: options.join,
    counterfactual: options.counterfactual,
    unusable: { choice: options.unusable, remedy: "--unusable drop" },
    corruptedAnswerIsToken: needsWrong,
    note: (text) => progress.note(text),
  });
  const pairs = admitted.map(({ cleanTokens, corruptedTokens, answerToken, corruptedAnswerToken }) => ({
    clean: cleanTokens,
    corrupted: corruptedTokens,
    answer: answerToken,
    wrong: corruptedAnswerToken ?? undefined,
  }));
  const { treeBytes, reduced } = fit(base, pairs, memoryBudget());
  if (reduced) progress.note(describeTrees({ treeBytes }));
  const ops = await openBackend({ mute: true, modelParameters: countParameters(base.config) });
  const model = checkpoint ? checkpoint.load(ops, base) : base;
  const { inputs, ...named } = modelOrigin(folder);
  return {
    ops,
    model,
    pairs,
    reduced: reduced ? { treeBytes } : undefined,
    origin: {
      ...named,
      inputs: { ...inputs, ...checkpoint?.inputs },
      runs: checkpoint?.runs ?? null,
      checkpoint: checkpoint?.key,
    },
  };
}

/** A checkpoint, with everything its model is made from. */
export interface FoundCheckpoint {
  key: CheckpointKey;
  /** The base model's folder. */
  base: string;
  inputs: Provenance["inputs"];
  runs: Provenance["runs"];
  /** What was trained, with the tensors at the checkpoint. */
  read(base: LoadedModel): { adapter: Adapter; trained: Weights };
  /** The base with these merged into it. */
  load(ops: Ops, base: LoadedModel): Model;
}

/** The checkpoint that the options name; undefined if they name only a model's folder. */
export async function findCheckpoint(options: ModelOptions): Promise<FoundCheckpoint | undefined> {
  const { checkpointsSchema, hashModel, planSchema, tablePath, UserError, verifyFile } = await import(
    "@ft/artifacts"
  );
  const { obtainModel } = await import("../hub/obtain-model.ts");
  const { pickCheckpoint } = await import("@ft/graph");
  const { checkpointAdapter, listCheckpoints, mergeAdapter, readCheckpoints, readPlans } = await import(
    "@ft/model"
  );
  const { existsSync } = await import("node:fs");
  const { checkpoint, plan, draw, seed, step, plans } = options;
  if (checkpoint === undefined) {
    if (options.model === undefined)
      throw new UserError("there is no model", {
        remedy: "give --model, or --checkpoint runs/EXPERIMENT/STAGE",
      });
    const [useless] =
      Object.entries({ plan, draw, seed, step, plans }).find(([, given]) => given !== undefined) ?? [];
    if (useless === undefined) return undefined;
    throw new UserError(`--${useless} has no effect without --checkpoint`, {
      remedy: "leave it out: --model names one model",
    });
  }
  const file = tablePath(checkpoint, checkpointsSchema);
  if (!existsSync(file))
    throw new UserError("this is not the folder of a train stage, or it has not run yet", {
      file: checkpoint,
      remedy: `give runs/EXPERIMENT/STAGE with ${checkpointsSchema.file} in it`,
    });
  const manifest = verifyFile(file);
  const key = pickCheckpoint(listCheckpoints(file), { plan, draw, seed, step: step ?? "last" }, file);
  const base = options.model
    ? await obtainModel(options.model)
    : await baseModelOf(file, manifest.producer?.experiment);
  if (hashModel(base) !== manifest.inputs.model) {
    throw new UserError("the model is not the checkpoint's base model", {
      file: base,
      remedy: `give the base model of ${file} as --model`,
    });
  }
  const folder = dirname(resolve(file));
  const own = join(folder, planSchema.file); // of an import
  const planned = plans ?? (existsSync(own) ? folder : undefined);
  const planFolders = planned === undefined ? await plansOf(file, manifest.inputs) : [planned];
  const planHashes = existsSync(own)
    ? [[`plan/${basename(folder)}/${planSchema.file}`, verifyFile(own).sha256]]
    : Object.entries(manifest.inputs).filter(([input]) => input.startsWith("plan/"));
  const read = (model: LoadedModel) => {
    const [found] = readCheckpoints(file, [key]);
    const adapter = checkpointAdapter(model, readPlans(planFolders, model.config), found!);
    return { adapter, trained: found!.tensors };
  };
  return {
    key,
    base,
    inputs: { checkpoints: manifest.sha256, ...Object.fromEntries(planHashes) },
    runs: manifest.runs,
    read,
    load(ops, model) {
      const { adapter, trained } = read(model);
      return { config: model.config, weights: mergeAdapter(ops, model.weights, adapter, trained) };
    },
  };
}

/**
 * The base model's folder, from the experiment that a stage's table belongs to.
 * @throws UserError if the experiment is not in this repository
 */
export async function baseModelOf(file: string, experiment: string | undefined): Promise<string> {
  const { loadExperiment, repositoryRoot, UserError } = await import("@ft/artifacts");
  const { obtainModel } = await import("../hub/obtain-model.ts");
  const { existsSync } = await import("node:fs");
  const named = () => {
    try {
      const root = repositoryRoot(dirname(file));
      const path = join(root, "experiments", experiment ?? "", "experiment.json");
      return existsSync(path) ? { model: loadExperiment(path).model, root } : undefined;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return undefined;
    }
  };
  const found = named();
  if (found) return obtainModel(found.model, found.root);
  throw new UserError("the base model is not known: the table's experiment is not in this repository", {
    file,
    ...(experiment !== undefined && { value: experiment }),
    remedy: "give the base model as --model",
  });
}

/** The folders of the stages that planned a train stage's runs, unchanged since. */
async function plansOf(file: string, inputs: Provenance["inputs"]): Promise<string[]> {
  const { inputFolder, planSchema, UserError, verifyFile } = await import("@ft/artifacts");
  const { existsSync } = await import("node:fs");
  return Object.entries(inputs).flatMap(([input, sha256]) => {
    const [role, stage, name] = input.split("/");
    if (role !== "plan" || name !== planSchema.file || stage === undefined) return [];
    const folder = inputFolder(dirname(dirname(file)), stage);
    if (existsSync(join(folder, name)) && verifyFile(join(folder, name)).sha256 === sha256) return [folder];
    throw new UserError("the plan that the run was trained with no longer exists", {
      file: join(folder, name),
      remedy: "give the folder of that plan as --plans",
    });
  });
}
