/** A checkpoint of a train stage as the folders that PEFT and transformers read. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import {
  codeHash,
  createProvenance,
  describeCheckpoint,
  modelFile,
  modelOrigin,
  type Provenance,
  readJson,
  sealFile,
  swapFolder,
  UserError,
} from "@ft/artifacts";
import { openBackend } from "@ft/backend";
import { countParameters, loadModel, saveModel, savePeft } from "@ft/model";
import { copyCompanions } from "../model/model-files.ts";
import { type FoundCheckpoint, findCheckpoint, type ModelOptions } from "./open-model.ts";

/** The checkpoint, and the folder to make. */
export interface ModelExport extends ModelOptions {
  out: string;
}

/**
 * Writes the adapter as `PeftModel.from_pretrained(base, out)` reads it.
 *
 * @returns the checkpoint, in words
 * @throws UserError if there is no such checkpoint, PEFT has no such kind, or the folder is not empty
 */
export async function exportPeft({ out, ...options }: ModelExport): Promise<string> {
  const found = await openCheckpoint(out, options);
  const base = await loadModel(found.base);
  const { adapter, trained } = found.read(base);
  await swapFolder(out, (folder) => {
    savePeft(folder, base.config, adapter, trained);
    sealFile(join(folder, "adapter_model.safetensors"), "PEFT adapter", provenanceOf(found));
  });
  return describeCheckpoint(found.key);
}

/**
 * Writes the model with the adapter merged into it as `AutoModelForCausalLM.from_pretrained(out)` reads it, with the base's
 * config.json and tokenizer.
 *
 * @returns the checkpoint, in words
 * @throws UserError if there is no such checkpoint, or the folder is not empty
 */
export async function exportMerged({ out, ...options }: ModelExport): Promise<string> {
  const found = await openCheckpoint(out, options);
  const base = await loadModel(found.base);
  const ops = await openBackend({ mute: true, modelParameters: countParameters(base.config) });
  const model = found.load(ops, base);
  await swapFolder(out, (folder) => {
    const config = readJson(modelFile(found.base, "config.json")) as Record<string, unknown>;
    saveModel(folder, model, { config });
    copyCompanions(found.base, folder);
    sealFile(join(folder, "model.safetensors"), "merged model", provenanceOf(found, ops.info));
  });
  return describeCheckpoint(found.key);
}

/** Checks the options before anything is read. */
async function openCheckpoint(out: string, options: ModelOptions): Promise<FoundCheckpoint> {
  if (options.checkpoint === undefined)
    throw new UserError("there is no checkpoint", { remedy: "give --checkpoint runs/EXPERIMENT/STAGE" });
  if (existsSync(out) && readdirSync(out).length > 0)
    throw new UserError("the folder to write is not empty", { file: out, remedy: "name a new one as --out" });
  return (await findCheckpoint(options))!;
}

function provenanceOf(
  { key, base, inputs, runs }: FoundCheckpoint,
  backend?: Provenance["backend"],
): Provenance {
  const { inputs: own, ...origin } = modelOrigin(base);
  return createProvenance({
    ...origin,
    inputs: { ...own, ...inputs },
    runs,
    config: { checkpoint: { ...key } },
    ...(backend && { backend }),
    code: codeHash("tools"),
  });
}
