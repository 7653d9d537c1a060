import { type AnyStage, kinds } from "@ft/artifacts";
import type { z } from "zod";

/** What may be in a stage's `config`, by the kind of stage. */
export type ConfigSchemas = Readonly<Record<string, z.ZodType>>;

/** The configurations of every kind of stage, from the packages that do the work. */
export async function configSchemas(): Promise<ConfigSchemas> {
  const packages = [...new Set(Object.values(kinds).map((kind) => kind.package))];
  const stages = packages.map(async (name) => {
    const module: { stages: readonly AnyStage[] } = await import(`@ft/${name}`);
    return module.stages.map(({ uses, configSchema }) => [uses, configSchema] as const);
  });
  return Object.fromEntries((await Promise.all(stages)).flat());
}
