/** The gradients stage: a dataset and the base model -> the norm of the loss gradient for every linear. */
import {
  type GradientRow,
  gradientsSchema,
  memoryBudget,
  type StageContext,
  UserError,
  withBatches,
  writeTable,
} from "@ft/artifacts";
import { openBackend } from "@ft/backend";
import {
  countParameters,
  createTrainable,
  elementCount,
  linearName,
  loadModel,
  modulesOf,
  readDataset,
} from "@ft/model";
import { z } from "zod";
import { asSequence } from "./exact-match.ts";
import { toQuestion } from "./examples.ts";
import { fitGradients } from "./fit-memory.ts";
import { accumulate, globalNorm } from "./train-step.ts";

export const gradientsConfig = z.strictObject({
  split: z
    .enum(["train", "circuit"])
    .default("train")
    .describe("the prompts that the loss is on: those trained on, or those that circuits are found on"),
  examples: z.int().positive().optional().describe("prompts used, the first of the split; default all"),
  batch: z
    .int()
    .positive()
    .default(32)
    .describe("prompts in one pass; gradients are summed: less memory, same result"),
});

export type GradientsConfig = z.output<typeof gradientsConfig>;

/**
 * Computes the gradient of the mean loss on the answers of all prompts at once, as a single large update would see it.
 *
 * @throws UserError if the split is empty, or the model does not fit into memory
 */
export async function runGradients(context: StageContext<GradientsConfig>): Promise<void> {
  const { config, inputs, output, provenance } = context;
  const model = await loadModel(context.model);
  const sequences = readDataset(inputs.data ?? [], model.config)
    .filter(({ split }) => split === config.split)
    .slice(0, config.examples)
    .map((row) => asSequence(toQuestion(row)));
  if (sequences.length === 0) {
    throw new UserError(`the dataset has no row in the split ${config.split}`, {
      file: inputs.data?.[0],
      remedy: "choose the other `split`, or let the data stage set some examples apart for it",
    });
  }
  const batch = fitGradients(model.config, sequences, config.batch, memoryBudget());
  const ops = await openBackend({ mute: true, modelParameters: countParameters(model.config) });
  const trainable = createTrainable(ops, model, { kind: "full", modules: [] }, 0);
  const rows = ops.scope(() => {
    const { gradients } = accumulate(ops, trainable, sequences, batch);
    return Array.from({ length: model.config.layers }, (_, layer) =>
      modulesOf(model.config).map((module): GradientRow => {
        const name = `${linearName(model.config, layer, module)}.weight`;
        const gradient = gradients.get(name)!;
        const norm = globalNorm(ops, new Map([[name, gradient]]));
        return { layer, module, norm, weights: elementCount(gradient.shape), examples: sequences.length };
      }),
    ).flat();
  });
  trainable.dispose();
  const reduced = batch < config.batch ? { batch } : undefined;
  await writeTable(output, gradientsSchema, rows, {
    ...withBatches(provenance, reduced),
    backend: ops.info,
  });
}
