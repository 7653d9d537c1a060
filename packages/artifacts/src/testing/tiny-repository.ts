import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kinds, type StageKind } from "@ft/experiment";
import { afterAll, beforeAll } from "vitest";
import { z } from "zod";
import type { StageDefinition } from "../stage/stage.ts";
import { writeTable } from "../tables/write-table.ts";
import { smallRows, smallSchema } from "./rows.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const small: StageKind = {
  uses: "small",
  package: "small",
  description: "writes rows for tests",
  roles: { before: { tables: ["small"], optional: true } },
  outputs: ["small"],
  parallelism: true,
  resources: { cores: 1, memoryGiB: 1 },
};

/** Lets experiments use the stage of tests, in all tests of the file that calls it. */
export function declareSmallStage(): void {
  const registry: Record<string, StageKind> = kinds;
  beforeAll(() => {
    registry.small = small;
  });
  afterAll(() => {
    delete registry.small;
  });
}

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
