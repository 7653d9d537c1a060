import { renameSync } from "node:fs";
import { removeManifest } from "../manifest/write-manifest.ts";
import { tablePath } from "../tables/table-path.ts";
import { checkStageOutput } from "./check-output.ts";
import type { StageContext, StageDefinition } from "./stage.ts";

/**
 * Checks what an outside command wrote into `context.output`: each table against its schema, which seals it, and all of
 * them by their meaning. The check takes place in the folder `refused`. If it fails, the output stays there, without
 * manifests, so the paths in the error exist.
 *
 * @throws UserError naming what is wrong
 */
export async function admitOutside<Config>(
  { outputs, admitOutput }: StageDefinition<Config>,
  context: StageContext<Config>,
  refused: string,
): Promise<void> {
  renameSync(context.output, refused);
  try {
    await checkStageOutput(refused, outputs, context.provenance);
    await admitOutput?.({ ...context, output: refused });
  } catch (error) {
    for (const schema of outputs) removeManifest(tablePath(refused, schema));
    throw error;
  }
  renameSync(refused, context.output);
}
