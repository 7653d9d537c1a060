import { z } from "zod";

/** Names of experiments and stages: they name folders and Nx projects. */
const name = z
  .string()
  .max(100, "a name has at most 100 characters")
  .regex(
    /^[a-z0-9]+(-[a-z0-9]+)*$/,
    "a name has lower-case letters and digits, in parts joined by single hyphens",
  );

/** A NUL character would end the string in a system call. */
const withoutNul = /^[^\0]*$/;

/** One stage of an experiment. */
export const stageEntrySchema = z.strictObject({
  uses: name.describe("which kind of stage it is: the package that does the work and whose contract holds"),
  inputs: z
    .record(name, z.union([name, z.array(name).min(1)]))
    .default({})
    .describe("for each role, the stage or stages whose output it reads"),
  config: z
    .record(z.string(), z.json())
    .default({})
    .describe("its configuration, which depends on the kind of stage"),
  run: z
    .string()
    .min(1)
    .regex(withoutNul, "a command must not hold a NUL character")
    .optional()
    .describe("a command that does the work instead; its output is checked all the same"),
});

/** The contents of experiment.json. */
export const experimentSchema = z.strictObject({
  description: z.string().default("").describe("what the experiment is about, for people"),
  model: z
    .string()
    .min(1)
    .max(1000, "a path has at most 1000 characters")
    .regex(withoutNul, "a path must not hold a NUL character")
    .default("models/nano")
    .describe("the base model's folder, relative to the repository's root"),
  seed: z.int32().default(1).describe("decides everything that is drawn at random"),
  stages: z
    .record(name, stageEntrySchema)
    .refine((stages) => Object.keys(stages).length > 0, "expected at least one stage")
    .describe("the stages by name"),
});

export type StageEntry = z.infer<typeof stageEntrySchema>;
export type Experiment = z.infer<typeof experimentSchema>;

/** The stages a stage reads, without repetition. */
export function stageReferences(entry: Pick<StageEntry, "inputs">): string[] {
  return [...new Set(Object.values(entry.inputs).flat())];
}
