/** Runs the experiment once, by one call of Nx, and reads its tables. */
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { readTable } from "@ft/artifacts";
import { planOptions, planRows } from "@ft/lora";
import { adapterOf, loadModelConfig, modulesOf, openSafetensors, savePeft } from "@ft/model";
import { afterAll, beforeAll } from "vitest";
import { noMeasures } from "../../packages/lora/src/testing/no-measures.ts";
import { createWorkspace, type NxRun, type Workspace } from "../cache/workspace.ts";
import { adapterPlans, experiment } from "./experiment.ts";
import { fixturesFolder, parity, parityFolder, tensorNames, trained } from "./fixtures.ts";

const folder = "experiments/methods";
let workspace: Workspace;
/** The call of Nx. */
export let nxRun: NxRun;

beforeAll(async () => {
  workspace = createWorkspace({ built: true });
  writeModel(join(workspace.root, experiment.model));
  const write = (file: string, value: unknown) => workspace.write(`${folder}/${file}`, JSON.stringify(value));
  const imported = { circuit: parity.pairs, train: trained.train, validation: trained.validation };
  for (const [split, pairs] of Object.entries(imported)) write(`${split}.json`, pairs);
  await writeAdapter(join(workspace.root, folder, "adapter"));
  write("experiment.json", experiment);
  const targets = [...new Set(Object.values(experiment.stages).map(({ uses }) => uses))];
  nxRun = await workspace.nx("run-many", "-t", ...targets);
}, 600_000);
afterAll(() => workspace?.remove());

/** The fixture's model, with a tokenizer in which token n is the word "tn". */
function writeModel(to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of ["config.json", "model.safetensors"]) cpSync(join(parityFolder, name), join(to, name));
  const vocab = Object.fromEntries(
    Array.from({ length: 256 }, (_, token) => [token === 0 ? "<bos>" : `t${token}`, token]),
  );
  const path = join(experiment.model, "tokenizer.json");
  const added = { id: 0, content: "<bos>", special: true, single_word: false, normalized: false };
  const tokenizer = {
    version: "1.0",
    added_tokens: [{ ...added, lstrip: false, rstrip: false }],
    pre_tokenizer: { type: "WhitespaceSplit" },
    model: { type: "WordLevel", vocab, unk_token: "<bos>" },
  };
  workspace.write(path, JSON.stringify(tokenizer));
  workspace.write(join(experiment.model, "tokenizer_config.json"), JSON.stringify({ bos_token: "<bos>" }));
}

/** What PEFT trained by the plan `lora`, as it saves it. */
async function writeAdapter(to: string): Promise<void> {
  const config = await loadModelConfig(join(workspace.root, experiment.model));
  const context = { layers: config.layers, modules: modulesOf(config), seed: 1, ...noMeasures };
  const plan = planOptions.parse({ name: "lora", ...adapterPlans.lora });
  const rows = planRows(plan, context);
  const names = tensorNames("trained-neox/trained").filter((name) => name.startsWith("lora "));
  const { read } = openSafetensors(join(fixturesFolder, "trained-neox/trained.safetensors"));
  const tensors = new Map(names.map((name) => [name.slice("lora ".length), read(name)]));
  savePeft(to, config, adapterOf(config, rows), tensors);
}

/** The folder of a stage's results. */
export function resultsOf(stage: string): string {
  return join(workspace.root, "runs/methods", stage);
}

const tables = new Map<string, unknown[]>();

/** The rows of a stage's table, read once. */
export const tableOf = ((stage: string, schema: Parameters<typeof readTable>[1]) => {
  const key = `${stage}/${schema.name}`;
  const known = tables.get(key) ?? readTable(resultsOf(stage), schema);
  tables.set(key, known);
  return known;
}) as typeof readTable;
