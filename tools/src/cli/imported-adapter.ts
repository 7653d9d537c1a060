/** An adapter of PEFT as the plan and the checkpoints of a run. */
import { existsSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import {
  type CheckpointRow,
  checkpointsSchema,
  codeHash,
  counted,
  createProvenance,
  hashFile,
  modelOrigin,
  type PlanRow,
  planSchema,
  settingsText,
  swapFolder,
  UserError,
  verifyFile,
  writeTable,
} from "@ft/artifacts";
import { adapterOf, adapterTensors, loadModel, readPeft, tensorRows, type Weights } from "@ft/model";
import { obtainModel } from "../hub/obtain-model.ts";
import type { PeftImport } from "./import.ts";

/** The seed of the imported run: it has a single one. */
const SEED = 1;

/**
 * Writes `plan.arrow` and `checkpoints.arrow`: the base model at step 0, as an adapter that changes nothing, and the adapted
 * one after `updates`.
 *
 * @returns what was read, in words
 * @throws UserError if the adapter cannot be read, or the folder is not empty
 */
export async function importPeft({ adapter, out, plan, updates, ...given }: PeftImport): Promise<string> {
  if (existsSync(out) && readdirSync(out).length > 0)
    throw new UserError("the folder to write is not empty", { file: out, remedy: "name a new one as --out" });
  if (updates === 0)
    throw new UserError("step 0 is the base model", { remedy: "give at least 1 as --updates" });
  const model = await obtainModel(given.model);
  const { config, weights } = await loadModel(model);
  const { kind, settings, modules, trained } = readPeft(adapter, config);
  const rows = modules.map(
    (module): PlanRow => ({
      plan,
      draw: 0,
      seed: null,
      kind,
      settings: settingsText(settings),
      ...module,
      critical: false,
      edgeChange: null,
      reason: "as PEFT saved it",
    }),
  );
  const start = adapterTensors(weights, adapterOf(config, rows), SEED);
  const files = ["adapter_config.json", "adapter_model.safetensors"];
  const { inputs: base, ...origin } = modelOrigin(model);
  const provenance = createProvenance({
    ...origin,
    inputs: {
      ...base,
      ...Object.fromEntries(files.map((file) => [`adapter/${file}`, hashFile(join(adapter, file))])),
    },
    config: { plan, updates },
    code: codeHash("tools"),
  });
  await swapFolder(out, async (folder) => {
    await writeTable(folder, planSchema, rows, provenance);
    const planned = verifyFile(join(folder, planSchema.file));
    // As a train stage names the plan that it read: here it lies next to the checkpoints.
    const inputs = {
      ...provenance.inputs,
      [`plan/${basename(resolve(out))}/${planSchema.file}`]: planned.sha256,
    };
    await writeTable(
      folder,
      checkpointsSchema,
      checkpointRows({ plan, draw: 0, seed: SEED }, { 0: start, [updates]: trained }),
      { ...provenance, inputs },
    );
  });
  return `${kind} on ${counted(modules.length, "linear")}, as plan ${plan}, seed ${SEED}, step ${updates}`;
}

function* checkpointRows(
  run: Pick<CheckpointRow, "plan" | "draw" | "seed">,
  steps: Readonly<Record<number, Weights>>,
): Generator<CheckpointRow> {
  for (const [step, tensors] of Object.entries(steps))
    for (const row of tensorRows(tensors)) yield { ...run, step: Number(step), ...row };
}
