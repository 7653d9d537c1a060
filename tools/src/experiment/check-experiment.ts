/** Checks an experiment as a whole, before any of it runs. */

import { dirname } from "node:path";
import {
  experimentSchema,
  type LoadedExperiment,
  loadExperiment,
  parseConfig,
  readExperiment,
  referenceProblems,
  stageEntrySchema,
} from "@ft/artifacts";
import { z } from "zod";
import { type ConfigSchemas, configSchemas } from "./config-schemas.ts";
import { findExperiment } from "./find-experiment.ts";
import { missingFiles } from "./missing-files.ts";

/**
 * Checks experiment.json with the configuration of every stage in it.
 *
 * @param given a path or a name, see {@link findExperiment}
 * @param schemas the configuration each kind of stage takes. @default those of the stage packages
 * @throws UserError listing every mistake
 */
export async function checkExperiment(given: string, schemas?: ConfigSchemas): Promise<LoadedExperiment> {
  const file = findExperiment(given);
  const content = readExperiment(file);
  parseConfig(schemaOf(content, schemas ?? (await configSchemas())), content, {
    file,
    further: [...referenceProblems(content), ...(await missingFiles(content, dirname(file)))],
  });
  return loadExperiment(file);
}

/**
 * The schema for the stages that `content` has, each with the configuration of its own kind; what an outside command is
 * configured with is its own business.
 */
function schemaOf(content: unknown, schemas: ConfigSchemas): z.ZodType {
  const stages = (content as { stages?: Record<string, { uses?: unknown; run?: unknown } | null> } | null)
    ?.stages;
  if (typeof stages !== "object" || stages === null) return experimentSchema;
  const uses = z.enum(Object.keys(schemas));
  const entries = Object.entries(stages).map(([stage, entry]) => {
    const kind = String(entry?.uses);
    const config = entry?.run === undefined && Object.hasOwn(schemas, kind) ? schemas[kind] : undefined;
    return [stage, stageEntrySchema.extend(config ? { uses, config: config.prefault({}) } : { uses })];
  });
  return experimentSchema.extend({ stages: z.object(Object.fromEntries(entries)) });
}
