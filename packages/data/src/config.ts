/** The stage's configuration: which task is drawn, or which files are imported, and how they are shared out. */
import { didYouMean } from "@ft/artifacts";
import { joins, rowActions } from "@ft/model";
import { z } from "zod";
import { findTask } from "./find-task.ts";
import { forms } from "./form.ts";
import { tasks } from "./tasks/index.ts";

const share = z.number().min(0).lt(1);
const file = z.string().min(1);
const files = z.union([file, z.array(file).min(1)]).optional();

/** Default fraction of imported files held out for circuits: that of most of the paper's tasks. */
const CIRCUIT_SHARE = 0.2;
/** Default fraction that chooses learning rates, of imported files and of tasks with few prompts. */
const VALIDATION_SHARE = 0.05;

const importSchema = z
  .strictObject({
    all: files.describe("file or list of files that `split` shares out"),
    train: files.describe("in place of `all`, file or files to fine-tune on"),
    validation: files.describe("those to choose learning rates on; if missing, carved out of `train`"),
    circuit: files.describe("those to find circuits on; also held out for results if there is no test split"),
    test: files.describe(
      "those for results alone; if missing, carved out of `train` if `split.test` says so",
    ),
    counterfactual: z
      .string()
      .min(1)
      .optional()
      .describe(
        "column or key of the corrupted prompts, such as corrupted_hard or abc_counterfactual; corrupted, or in rows of MIB that of its circuit track, unless given",
      ),
    unusable: z
      .enum(rowActions)
      .default("error")
      .describe("what to do with rows that the model cannot use; they are counted by reason either way"),
    repeated: z
      .enum(rowActions)
      .default("error")
      .describe("what to do with rows that repeat a clean prompt, or share a prompt with another split"),
  })
  .refine(
    ({ all, train, circuit }) => all ?? train ?? circuit,
    "name a file as `all`, or at least one as `train` or `circuit`",
  )
  .refine(
    ({ all, train, validation, circuit, test }) => !(all && (train ?? validation ?? circuit ?? test)),
    "`all` is shared out by `split`: it cannot be given together with files for a split",
  );

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
        .describe(
          "fraction held out for circuits, and for results if there is no test split; by default the task's, 0.08 to 0.2; 0.2 for imported files",
        ),
      validation: share
        .optional()
        .describe(
          "fraction of all examples that chooses learning rates; by default the task's, 0.05 to 0.15; 0.05 for imported files",
        ),
      test: share
        .optional()
        .describe(
          "fraction of all examples that is for results alone; by default the task's, 0 to 0.3; 0 for imported files",
        ),
    })
    .prefault({})
    .describe("how examples are shared out; the rest is trained on"),
  form: z
    .enum(forms)
    .default("same")
    .describe(
      "same: every prompt ends alike; paper: a newline ends prompts that are trained on, but not circuit prompts",
    ),
  join: z
    .enum(joins)
    .default("space")
    .describe("what is between a prompt and its answer; none: answers are taken letter by letter"),
  corruptedAnswerToken: z
    .enum(["required", "optional"])
    .optional()
    .describe(
      "whether corrupted answers must be one token, as logit differences need; by default the task's rule",
    ),
  import: importSchema
    .optional()
    .describe(
      "files of pairs in place of a task: CSV, JSON Lines or JSON with clean, corrupted, answer (or label) and, if known, wrong (or corrupted_label), rows of MIB or EAP-IG; relative to the experiment's folder",
    ),
});

/** A configuration with every default filled in, the task's own included. */
export type DataConfig = ReturnType<typeof resolveTask> | ReturnType<typeof resolveImport>;

type Given = z.output<typeof given>;
type Context = z.core.$RefinementCtx;

/** Checks a configuration; problems with a task's options are reported with all others. */
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
  const { examples = defaults.examples, form, join, corruptedAnswerToken } = config;
  const {
    circuit = defaults.circuit,
    validation = defaults.validation ?? VALIDATION_SHARE,
    test = defaults.test ?? 0,
  } = config.split;
  const split = { circuit, validation, test };
  if (circuit + validation + test >= 1) {
    context.addIssue({ code: "custom", path: ["split"], message: "nothing is left to train on" });
  }
  return {
    task: name,
    options: sampler.options,
    examples,
    split,
    form,
    join,
    corruptedAnswerToken: corruptedAnswerToken ?? (sampler.corruptedAnswerIsToken ? "required" : "optional"),
  } as const;
}

function unknownOption(task: string, key: string): string {
  const known = Object.keys(findTask(task).options.shape);
  const list = known.length > 0 ? `it has ${known.join(", ")}` : "it has none";
  return `task \`${task}\` has no option \`${key}\`${didYouMean(key, known) || `; ${list}`}`;
}

function resolveImport(config: Given, files: NonNullable<Given["import"]>, context: Context) {
  const { task, options, examples, form, join, corruptedAnswerToken = "optional" } = config;
  const refuse = (path: string, message: string) =>
    context.addIssue({ code: "custom", path: path.split("."), message });
  for (const [path, value] of Object.entries({ task, options, examples })) {
    if (value !== undefined) refuse(path, "cannot be given together with `import`: the files decide");
  }
  const { circuit, validation = VALIDATION_SHARE, test = 0 } = config.split;
  const split =
    files.all === undefined ? { validation, test } : { validation, test, circuit: circuit ?? CIRCUIT_SHARE };
  if (files.all === undefined && circuit !== undefined) {
    refuse(
      "split.circuit",
      "the files decide, one per split; to have one shared out, name it as `import.all`",
    );
  }
  if (validation + test + (split.circuit ?? 0) >= 1) refuse("split", "nothing is left to train on");
  return { import: files, split, form, join, corruptedAnswerToken } as const;
}
