/** The stage's configuration: how every plan is trained, the paper's settings by default. */
import { z } from "zod";

const count = z.int().positive();
const share = z.number().positive().max(1).default(1);
const spacings = ["even", "dense-start"] as const;

/** A list without duplicates. */
function distinct<T>(values: readonly T[]): boolean {
  return new Set(values).size === values.length;
}

const seeds = z.array(z.int32()).min(1).refine(distinct, "a seed is named twice");

const rates = z.union([
  z.array(z.number().positive()).min(1).refine(distinct, "a rate is named twice"),
  z
    .strictObject({
      from: z.number().positive().describe("the lowest rate"),
      count: z.int().min(2).max(20).default(6).describe("rates, each twice the one before"),
    })
    .transform(({ from, count }) => Array.from({ length: count }, (_, i) => from * 2 ** i)),
]);

const checkpoints = z.union([
  z.strictObject({
    count: z.int().min(2).describe("checkpoints, including the one before training and the one after it"),
    spacing: z
      .enum(spacings)
      .default("even")
      .describe("even: as in the paper; dense-start: distances grow, since most of the change is early"),
  }),
  z.strictObject({ every: count.describe("updates between two checkpoints") }),
  z.literal("last"),
]);

export const configSchema = z
  .strictObject({
    seeds: seeds
      .default([1, 2, 3, 4, 5])
      .describe(
        "every plan is trained once with each; a seed sets dropout and, without the inputs `start` and `order`, the adapters' initial values and the examples' order",
      ),
    epochs: count.default(2).describe("passes over the training split"),
    dataShare: share.describe(
      "share of the training split that is trained on, drawn by the experiment's seed: a probe may need 0.01",
    ),
    updateShare: share.describe(
      "share of the updates after which training stops, its schedule being that of all: a probe may need 0.03",
    ),
    probeSteps: count
      .default(5)
      .describe(
        "gradient steps by which the circuits of the input `probe` were scored on the circuit split; the probe's updates and these are added to every run's updates",
      ),
    batch: count
      .default(32)
      .describe("examples per update (the paper's 8, accumulated 4 times, is the same)"),
    microBatch: count
      .optional()
      .describe("examples in one pass; gradients are summed: less memory, same result; default the batch"),
    startStep: z
      .union([z.int().min(0), z.literal("last")])
      .default("last")
      .describe("the checkpoint of the input `start` at which runs begin: a step, or last"),
    order: z
      .string()
      .min(1)
      .optional()
      .describe(
        "a file like order.arrow with the examples of every update, in place of the input `order`; default: drawn from the seeds",
      ),
    learningRates: rates
      .default([3e-4])
      .describe(
        "peak rates: a list, or {from, count}, each twice the one before; of several, each kind and rank of adapter gets the one with the lowest mean validation loss over `selectionSeeds`; not used with the input `rates`",
      ),
    selectionSeeds: seeds
      .optional()
      .describe(
        "the seeds that learning rates are compared with, of those that a plan has; default the first two of `seeds`, or a single one and the next",
      ),
    warmUp: z
      .int()
      .min(0)
      .default(25)
      .describe("updates until the rate has risen to its peak; it then falls to 0"),
    weightDecay: z
      .number()
      .min(0)
      .default(0.01)
      .describe("AdamW's decoupled weight decay; not on biases and norms"),
    clipNorm: z
      .number()
      .positive()
      .default(1)
      .describe("the norm that an update's gradients are clipped to (transformers' default)"),
    supervise: z
      .enum(["answer", "answer-and-padding"])
      .default("answer")
      .describe("tokens the loss is on; answer-and-padding is what the paper's code does"),
    padTo: z.int().min(2).default(32).describe("tokens a padded example has; only for answer-and-padding"),
    checkpoints: checkpoints
      .prefault({ count: 11 })
      .describe("{count, spacing}, {every: updates}, or last: when tensors are saved and scores measured"),
    logEvery: count.default(10).describe("updates between two rows of metrics"),
    saveEvery: count
      .default(100)
      .describe("updates after which an interrupted run can resume, as well as at its checkpoints"),
  })
  .refine(({ microBatch = 1, batch }) => microBatch <= batch, {
    path: ["microBatch"],
    message: "must not be larger than `batch`",
  });

export type TrainConfig = z.infer<typeof configSchema>;
