/** The import stage: an adapter that PEFT saved -> a plan, and the checkpoints of its run. */
import { join, resolve } from "node:path";
import {
  type CheckpointRow,
  type ConfigContext,
  type ConfigProblem,
  checkpointsSchema,
  counted,
  hashFile,
  type PlanRow,
  type Provenance,
  planSchema,
  type StageContext,
  settingsText,
  UserError,
  writeTable,
} from "@ft/artifacts";
import {
  adapterOf,
  adapterTensors,
  checkpointAdapter,
  listCheckpoints,
  loadModel,
  loadModelConfig,
  type Model,
  readCheckpoints,
  readPeft,
  readPlans,
  tensorRows,
  type Weights,
} from "@ft/model";
import { z } from "zod";

/** The seed of the imported run: it has a single one. */
const SEED = 1;

export const importConfig = z.strictObject({
  adapter: z
    .string()
    .min(1)
    .describe("the folder that PEFT saved, with adapter_config.json and adapter_model.safetensors"),
  plan: z.string().min(1).default("imported").describe("name of the plan and of its run, whose seed is 1"),
  updates: z
    .int()
    .min(0)
    .default(1)
    .describe("updates that it was trained for, the step of its checkpoint; 0: it was not trained yet"),
});

export type ImportConfig = z.infer<typeof importConfig>;

/** Reads the adapter next to the experiment. */
export async function runImport(context: StageContext<ImportConfig>): Promise<void> {
  const { config, folder, output, progress, provenance } = context;
  const model = await loadModel(context.model);
  const adapter = resolve(folder, config.adapter);
  progress.note(await writeImportedAdapter(output, model, { ...config, adapter }, provenance));
}

/**
 * Writes `plan.arrow` and `checkpoints.arrow`: the base model at step 0, as an adapter that changes nothing, and the adapted
 * one after `updates`; with 0 updates the adapter is at step 0, alone.
 *
 * @param provenance to which the adapter's files are added
 * @returns what was read, in words
 * @throws UserError if the adapter cannot be read
 */
export async function writeImportedAdapter(
  output: string,
  { config, weights }: Model,
  { adapter, plan, updates }: ImportConfig,
  provenance: Provenance,
): Promise<string> {
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
  const hashes = files.map((file) => [`adapter/${file}`, hashFile(join(adapter, file))]);
  const sources = { ...provenance, inputs: { ...provenance.inputs, ...Object.fromEntries(hashes) } };
  await writeTable(output, planSchema, rows, sources);
  const steps = { 0: start, [updates]: trained };
  await writeTable(output, checkpointsSchema, checkpointRows({ plan, draw: 0, seed: SEED }, steps), sources);
  return `${kind} on ${counted(modules.length, "linear")}, as plan ${plan}, seed ${SEED}, step ${updates}`;
}

function* checkpointRows(
  run: Pick<CheckpointRow, "plan" | "draw" | "seed">,
  steps: Readonly<Record<number, Weights>>,
): Generator<CheckpointRow> {
  for (const [step, tensors] of Object.entries(steps))
    for (const row of tensorRows(tensors)) yield { ...run, step: Number(step), ...row };
}

/** Problems of an adapter that cannot be read, or not for the model. */
export async function checkImport(
  { adapter }: ImportConfig,
  { folder, model }: ConfigContext,
): Promise<ConfigProblem[]> {
  const config = await loadModelConfig(model);
  try {
    readPeft(resolve(folder, adapter), config);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { file, value } = error.at;
    const more = [file, value !== undefined && `found ${value}`].filter(Boolean).join(", ");
    return [{ path: ["adapter"], problem: `${error.problem} (${more})` }];
  }
}

/**
 * Checks what an outside command wrote: plans that the model can carry out, and for every checkpoint the tensors that its
 * plan trains.
 */
export async function admitImport({
  output,
  model,
}: Pick<StageContext<unknown>, "output" | "model">): Promise<void> {
  const base = await loadModel(model);
  const plans = readPlans([output], base.config);
  for (const plan of plans) for (const seed of plan.seeds ?? [SEED]) plan.adapter(seed);
  for (const checkpoint of readCheckpoints(output, listCheckpoints(output)))
    checkpointAdapter(base, plans, checkpoint);
}
