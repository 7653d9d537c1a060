/** Against PyTorch, transformers and PEFT; test/fixtures/neox-tiny says how the values were made. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Ops, openBackend } from "@ft/backend";
import {
  type AdapterModule,
  createTrainable,
  layOut,
  loadModel,
  openSafetensors,
  readParameters,
  type SupervisedSequence,
} from "@ft/model";
import { beforeAll, expect, test } from "vitest";
import { superviseQuestion } from "./examples.ts";
import { learningRateAt } from "./schedule.ts";
import { trainStep } from "./train-step.ts";

const fixture = join(import.meta.dirname, "../../../test/fixtures/neox-tiny");

interface Expected {
  loraModules: AdapterModule[];
  supervision: {
    examples: { prompt: number[]; answer: number; tokens: number[] }[];
    padding: number;
    answerLoss: number;
    answerAndPaddingLoss: number;
  };
  training: {
    learningRate: number;
    weightDecay: number;
    warmUp: number;
    totalSteps: number;
    batches: SupervisedSequence[][][];
    losses: number[];
    learningRates: number[];
    gradientNorms: number[];
  };
}
const expected: Expected = JSON.parse(readFileSync(join(fixture, "expected.json"), "utf8"));

/** Float32 against float64, over five updates of Adam, which magnifies small gradients to their sign. */
const TRAINED = 1e-3;

let ops: Ops;
beforeAll(async () => {
  ops = await openBackend();
});

async function startedAdapter() {
  const trainable = createTrainable(
    ops,
    await loadModel(fixture),
    { kind: "lora", modules: expected.loraModules.map((module) => ({ ...module, settings: {} })) },
    0,
  );
  const file = openSafetensors(join(fixture, "lora.safetensors"));
  for (const name of file.tensors.keys()) {
    ops.assign(trainable.parameters.get(name)!, file.read(name).data);
  }
  return trainable;
}

test("losses, rates, gradient norms and the trained adapter are PyTorch's, micro-batches accumulated", async () => {
  const { batches, weightDecay, warmUp, ...training } = expected.training;
  const trainable = await startedAdapter();
  const schedule = { peak: training.learningRate, warmUp, length: training.totalSteps };
  batches.forEach((microBatches, i) => {
    const step = i + 1;
    const learningRate = learningRateAt(schedule, step);
    expect(learningRate).toBeCloseTo(training.learningRates[i]!, 12);
    const sequences = microBatches.flat();
    const microBatch = microBatches[0]!.length;
    const options = { learningRate, weightDecay, step };
    const { loss, gradientNorm } = trainStep(ops, trainable, sequences, microBatch, options);
    expect(loss / training.losses[i]!).toBeCloseTo(1, 4);
    expect(gradientNorm / training.gradientNorms[i]!).toBeCloseTo(1, 3);
  });

  const wanted = openSafetensors(join(fixture, "lora-trained.safetensors"));
  for (const [name, { data }] of readParameters(ops, trainable)) {
    const { data: theirs } = wanted.read(name);
    const largest = Math.max(...theirs.map(Math.abs));
    data.forEach((value, i) => void expect(Math.abs(value - theirs[i]!)).toBeLessThan(TRAINED * largest));
  }
  trainable.dispose();
});

test.each(["answer", "answer-and-padding"] as const)("the loss on %s is transformers'", async (supervise) => {
  const { examples, padding, answerLoss, answerAndPaddingLoss } = expected.supervision;
  const padTo = examples[0]!.tokens.length;
  const sequences = examples.map(({ prompt, answer }) =>
    superviseQuestion({ tokens: prompt, answer }, { supervise, padTo }, padding),
  );
  const trainable = createTrainable(ops, await loadModel(fixture), { kind: "full", modules: [] }, 0);
  const loss = ops.scope(() => trainable.lossAndGradients(layOut(sequences)).loss);
  expect(loss).toBeCloseTo(supervise === "answer" ? answerLoss : answerAndPaddingLoss, 5);
  trainable.dispose();
});
