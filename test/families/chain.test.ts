/**
 * A model of every family, in a folder as transformers saves it, goes through `ft attribute`, an experiment of three stages,
 * `ft export peft` and back.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CheckpointRow, checkpointsSchema, readTable } from "@ft/artifacts";
import { families, initializeModel, loadModelConfig, saveModel } from "@ft/model";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { runStage, shortTraining, sourceOf } from "../run-stage.ts";

/** The fixture whose config.json a family's model has. */
const FIXTURES: Readonly<Record<string, string>> = { "gpt-neox": "gpt-neox-gelu-new" };
const fixtures = sourceOf("test/fixtures");
const tokenizer = join(fixtures, "pythia-like/model");

const root = mkdtempSync(join(tmpdir(), "families-"));
afterAll(() => rmSync(root, { recursive: true }));
const at = (...names: string[]) => join(root, ...names);

const printed = { err: "" };
let main: (args: string[]) => Promise<void>;
beforeAll(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    printed.err += text;
    return true;
  });
  writeFileSync(at("nx.json"), "{}");
  ({ main } = await import(sourceOf("tools/src/cli/main.ts")));
});
afterEach(() => {
  expect(process.exitCode, printed.err).toBeUndefined();
  printed.err = "";
});
afterAll(() => vi.restoreAllMocks());

/** A random model with the tokenizer of another fixture, whose vocabulary it has. */
async function makeModel(family: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const file of ["tokenizer.json", "tokenizer_config.json"])
    cpSync(join(tokenizer, file), join(folder, file));
  const { vocab_size } = JSON.parse(readFileSync(join(tokenizer, "config.json"), "utf8"));
  const fixture = join(fixtures, "families", FIXTURES[family] ?? family, "model/config.json");
  const config = { ...JSON.parse(readFileSync(fixture, "utf8")), vocab_size };
  // Long enough for the prompts. The learned positions of a checkpoint have the same number of rows.
  for (const key of ["n_positions", "max_position_embeddings"]) if (key in config) config[key] = 64;
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  saveModel(folder, initializeModel(await loadModelConfig(folder), 1), { config });
}

const PAIRS = `clean,corrupted,answer
Calculate the result: 72 - 46 =,Calculate the result: 72 + 46 =,26
Calculate the result: 31 + 22 =,Calculate the result: 31 - 22 =,53
`;

/** The edges and their scores of a graph file. */
const edgesOf = (file: string): unknown => JSON.parse(readFileSync(file, "utf8")).edges;
const trainedTensors = (folder: string, isTrained: (row: CheckpointRow) => boolean) =>
  readTable(folder, checkpointsSchema)
    .filter(isTrained)
    .map(({ tensor, shape, dtype, data }) => ({ tensor, shape, dtype, data }))
    .sort((a, b) => (a.tensor < b.tensor ? -1 : 1));

describe.each(families.map(({ name }) => name))("a %s", (family) => {
  const model = at("models", family);
  const pairs = ["--pairs", at("pairs.csv"), "--fraction", "0.5"];
  const runs = at("runs", family);

  test("has the edges of a stranger's pairs scored", async () => {
    await makeModel(family, model);
    writeFileSync(at("pairs.csv"), PAIRS);
    await main(["attribute", "--model", model, ...pairs, "--out", at(`${family}.json`)]);
    const scores = Object.values(edgesOf(at(`${family}.json`)) as Record<string, { score: number }>);
    expect(scores.some(({ score }) => score !== 0)).toBe(true);
  });

  test("is trained by an experiment of three stages", async () => {
    const experiment = at("experiments", family, "experiment.json");
    mkdirSync(at("experiments", family), { recursive: true });
    writeFileSync(experiment, JSON.stringify({ model: `models/${family}`, seed: 1, stages: shortTraining }));
    for (const [stage, { uses }] of Object.entries(shortTraining)) await runStage(experiment, stage, uses);
    const tensors = trainedTensors(join(runs, "train"), ({ step }) => step > 0);
    expect(tensors.length).toBeGreaterThan(0);
  });

  test("has its adapter exported for PEFT and imported again, with the same tensors and scores", async () => {
    const [adapter, imported] = [at(`${family}-adapter`), at(`${family}-imported`)];
    await main(["export", "peft", "--checkpoint", join(runs, "train"), "--out", adapter]);
    await main(["import", "peft", adapter, "--model", model, "--out", imported]);
    expect(trainedTensors(imported, ({ step }) => step > 0)).toEqual(
      trainedTensors(join(runs, "train"), ({ step }) => step > 0),
    );
    const graphs = { trained: join(runs, "train"), imported };
    for (const [name, checkpoint] of Object.entries(graphs)) {
      const given = ["--checkpoint", checkpoint, "--model", model, "--step", "last"];
      await main(["attribute", ...given, ...pairs, "--out", at(`${family}-${name}.json`)]);
    }
    expect(edgesOf(at(`${family}-imported.json`))).toEqual(edgesOf(at(`${family}-trained.json`)));
    expect(edgesOf(at(`${family}-trained.json`))).not.toEqual(edgesOf(at(`${family}.json`)));
  });
});
