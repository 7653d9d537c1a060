/** The stage's configuration: which task is drawn, or which files are imported, and how they are shared out. */
import { didYouMean } from "@ft/artifacts";
import { z } from "zod";
import { findTask } from "./find-task.ts";
import { forms } from "./pair-encoder.ts";
import { tasks } from "./tasks/index.ts";

const share = z.number().min(0).lt(1);
const file = z.string().min(1);

const importSchema = z
  .strictObject({
    train: file.optional().describe("CSV to fine-tune on"),
    validation: file
      .optional()
      .describe("CSV to choose learning rates on; if missing, carved out of `train`"),
    circuit: file.optional().describe("CSV to find circuits on and to test on"),
    repeated: z
      .enum(["error", "drop"])
      .default("error")
      .describe("what becomes of a row whose prompt stands in its file or in another split already"),
  })
  .refine((given) => given.train ?? given.circuit, "name at least a `train` or a `circuit` file");

const given = z.strictObject({
  task: z
    .enum(tasks.map(({ name }) => name))
    .optional()
    .describe("the task to draw examples of; add-sub unless `import` is given"),
  options: z.record(z.string(), z.unknown()).optional().describe("the task's own options, see `ft tasks`"),
  examples: z
    .int()
    .min(1)
    .max(10_000_000)
    .optional()
    .describe("examples over all splits; by default the task's number"),
  split: z
    .strictObject({
      circuit: share
        .optional()
        .describe("fraction held out for circuits and as test set; by default the task's, 0.1 or 0.2"),
      validation: share.default(0.05).describe("fraction of all examples that chooses learning rates"),
    })
    .prefault({})
    .describe("how examples are shared out; the rest is trained on"),
  form: z
    .enum(forms)
    .default("same")
    .describe(
      "same: every prompt ends alike; paper: a newline ends prompts that are trained on, but not circuit prompts",
    ),
  corruptedAnswerToken: z
    .enum(["required", "optional"])
    .optional()
    .describe(
      "whether corrupted answers must be one token, as logit differences need; by default the task's rule",
    ),
  import: importSchema
    .optional()
    .describe("files of prompts (clean, corrupted, label[, corrupted_label]), in place of a task"),
});

/** A configuration with every default filled in, the task's own included. */
export type DataConfig = ReturnType<typeof resolveTask> | ReturnType<typeof resolveImport>;

type Given = z.output<typeof given>;
type Context = z.core.$RefinementCtx;

/** Checks a configuration; problems with a task's options are reported beside all others. */
export const configSchema = given.transform(
  (config, context): DataConfig =>
    config.import === undefined
      ? resolveTask(config, context)
      : resolveImport(config, config.import, context),
);

function resolveTask({ task: name = "add-sub", ...config }: Given, context: Context) {
  const task = findTask(name);
  const parsed = task.options.safeParse(config.options ?? {});
  for (const issue of parsed.error?.issues ?? []) {
    const path = ["options", ...issue.path];
    if (issue.code !== "unrecognized_keys")
      context.addIssue({ code: "custom", path, message: issue.message });
    else
      for (const key of issue.keys)
        context.addIssue({ code: "custom", path, message: unknownOption(name, key) });
  }
  const { defaults, ...sampler } = task.sampler(parsed.data ?? {});
  const { examples = defaults.examples, form, corruptedAnswerToken } = config;
  const split = { circuit: config.split.circuit ?? defaults.circuit, validation: config.split.validation };
  if (split.circuit + split.validation >= 1) {
    context.addIssue({ code: "custom", path: ["split"], message: "nothing is left to train on" });
  }
  return {
    task: name,
    options: sampler.options,
    examples,
    split,
    form,
    corruptedAnswerToken: corruptedAnswerToken ?? (sampler.corruptedAnswerIsToken ? "required" : "optional"),
  } as const;
}

function unknownOption(task: string, key: string): string {
  const known = Object.keys(findTask(task).options.shape);
  const list = known.length > 0 ? `it has ${known.join(", ")}` : "it has none";
  return `task \`${task}\` has no option \`${key}\`${didYouMean(key, known) || `; ${list}`}`;
}

function resolveImport(config: Given, files: NonNullable<Given["import"]>, context: Context) {
  const { task, options, examples, split, form, corruptedAnswerToken = "optional" } = config;
  for (const [path, value] of Object.entries({ task, options, examples, "split.circuit": split.circuit })) {
    if (value === undefined) continue;
    const message = "cannot stand beside `import`: the files decide";
    context.addIssue({ code: "custom", path: path.split("."), message });
  }
  return { import: files, split: { validation: split.validation }, form, corruptedAnswerToken } as const;
}
