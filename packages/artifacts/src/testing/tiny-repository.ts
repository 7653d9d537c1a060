import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { StageDefinition } from "../stage/stage.ts";
import { writeTable } from "../tables/write-table.ts";
import { smallRows, smallSchema } from "./rows.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A folder with nx.json, a base model, and experiments/tiny with the stages given. */
export function tinyRepository(stages: Record<string, unknown>): { root: string; experiment: string } {
  const root = temporaryFolder();
  const experiment = join(root, "experiments", "tiny", "experiment.json");
  for (const folder of ["models/nano", "experiments/tiny"])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, "nx.json"), "{}");
  writeFileSync(join(root, "models/nano/config.json"), "{}");
  writeFileSync(experiment, JSON.stringify({ seed: 5, stages }));
  return { root, experiment };
}

const configSchema = z.strictObject({
  rows: z.int().min(0).default(2).describe("how many rows to write"),
  label: z.string().optional().describe("a name"),
});

/** A stage that writes as many rows of the small table as its configuration says. */
export const smallStage: StageDefinition<z.infer<typeof configSchema>> = {
  uses: "small",
  package: "artifacts",
  description: "writes rows for tests",
  configSchema,
  inputs: { before: { tables: [smallSchema], optional: true } },
  outputs: [smallSchema],
  run: (context) =>
    writeTable(context.output, smallSchema, smallRows.slice(0, context.config.rows), context.provenance),
};
