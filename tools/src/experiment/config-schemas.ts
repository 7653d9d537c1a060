import type { z } from "zod";

/** The kinds of stage: `uses` in an experiment, and the package that does the work. */
const kinds = ["data", "train", "circuits", "lora", "report"];

/** What may stand in a stage's `config`, by the kind of stage. */
export type ConfigSchemas = Readonly<Record<string, z.ZodType>>;

/** The configurations of the stage packages. */
export async function configSchemas(): Promise<ConfigSchemas> {
  const schemas = kinds.map(async (kind) => {
    const { configSchema }: { configSchema: z.ZodType } = await import(`@ft/${kind}`);
    return [kind, configSchema] as const;
  });
  return Object.fromEntries(await Promise.all(schemas));
}
