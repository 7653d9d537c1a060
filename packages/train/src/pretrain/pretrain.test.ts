import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentProgress } from "@ft/artifacts";
import { type Ops, openBackend } from "@ft/backend";
import { initializeModel, loadTokenizer, type Tokenizer } from "@ft/model";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { MIXTURES } from "./mixture.ts";
import { modelCard } from "./model-card.ts";
import { phaseKeys, pretrain, rowsOfStep } from "./pretrain.ts";
import { PHASES, type Phase, SHAPE } from "./recipe.ts";

const nano = join(import.meta.dirname, "../../../../models/nano");

let ops: Ops;
let tokenizer: Tokenizer;
beforeAll(async () => {
  ops = await openBackend();
  tokenizer = await loadTokenizer(nano);
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pretrain-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const rowOptions = { seed: 1, phase: "foundation", step: 1, rows: 4, length: 64 };

test("a row starts a document, puts a BOS before each, and predicts every next token", () => {
  for (const { tokens, targets } of rowsOfStep(MIXTURES.foundation, tokenizer, rowOptions)) {
    expect(tokens).toHaveLength(64);
    expect(tokens[0]).toBe(tokenizer.bos);
    expect(targets.map(({ position }) => position)).toEqual([...Array(64).keys()]);
    targets.slice(0, -1).forEach(({ position, token }) => void expect(token).toBe(tokens[position + 1]));
  }
});

test("the rows of an update depend on seed, phase and step alone", () => {
  const rows = (changes: Partial<typeof rowOptions>) =>
    rowsOfStep(MIXTURES.foundation, tokenizer, { ...rowOptions, ...changes });
  expect(rows({})).toEqual(rows({}));
  for (const changes of [{ seed: 2 }, { step: 2 }, { phase: "refinement" }]) {
    expect(rows(changes)).not.toEqual(rows({}));
  }
});

const config = { ...SHAPE, layers: 1, heads: 2, dModel: 16, dMlp: 16, rotaryDims: 4, vocabulary: 1192 };
const phases = PHASES.map(
  (phase): Phase => ({
    ...phase,
    updates: 2,
    schedule: { peak: 0.003, warmUp: 0, length: 2 },
  }),
);

test("interrupted pretraining ends with the same weights, and with every tensor freed", async () => {
  const initial = initializeModel(config, 1);
  const options = { ops, tokenizer, progress: silentProgress, saveEvery: 1, logEvery: 1 };
  const before = ops.liveTensors;
  const whole = await pretrain(initial, phases, { ...options, work: join(folder, "whole") });
  expect(whole.finalLosses).toHaveLength(2);
  expect(whole.finalLosses[1]).toBeLessThan(Math.log(config.vocabulary));

  let updates = 0;
  const advance = (n = 1) => {
    if (n > 0 && ++updates === 3) throw new Error("cut off");
  };
  const work = join(folder, "torn");
  const torn = { ...options, work, progress: { ...silentProgress, advance } };
  await expect(pretrain(initial, phases, torn)).rejects.toThrow("cut off");
  expect(await pretrain(initial, phases, { ...options, work })).toEqual(whole);
  expect(ops.liveTensors).toBe(before);
});

test("a change of the second phase keeps the first one's state, a change of the first discards both", () => {
  const keys = (changed: readonly Phase[]) => phaseKeys(config, changed, tokenizer);
  const [first, second] = phases as [Phase, Phase];
  const other = { ...second, schedule: { ...second.schedule, peak: 1 } };
  expect(keys([first, other])[0]).toBe(keys(phases)[0]);
  expect(keys([first, other])[1]).not.toBe(keys(phases)[1]);
  expect(keys([{ ...first, updates: 9 }, second])[0]).toBe(keys(phases)[0]);
  expect(keys([{ ...first, updates: 9 }, second])[1]).not.toBe(keys(phases)[1]);
});

test("the card states recipe, shares, losses, backend and figures", () => {
  const card = modelCard({
    config: { ...SHAPE, vocabulary: 1192 },
    parameters: 1_891_584,
    phases: PHASES,
    finalLosses: [1.6, 1.4],
    backend: { name: "native", device: "cpu", library: "tensorflow 2.21.0", threads: 2 },
    zeroShot: [{ task: "add-sub", questions: 500, score: { accuracy: 0.24, loss: 3.123 } }],
  });
  expect(card).toContain("| parameters | 1,891,584, stored as float16 |");
  expect(card).toContain("| exercises | 0% | 4% |");
  expect(card).toContain("native (tensorflow 2.21.0, cpu, 2 threads)");
  expect(card).toContain("| add-sub | 500 | 24% | 3.12 |");
  expect(card).not.toMatch(/undefined|NaN/);
});
