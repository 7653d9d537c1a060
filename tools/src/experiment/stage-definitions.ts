import { type AnyStage, kinds } from "@ft/artifacts";

/** The definition of every kind of stage, by the kind's name. */
export type StageDefinitions = ReadonlyMap<string, AnyStage>;

/** The definitions from the stages' packages, which are loaded on demand. */
export async function stageDefinitions(): Promise<StageDefinitions> {
  const packages = [...new Set(Object.values(kinds).map((kind) => kind.package))];
  const stages = packages.map(async (name) => {
    const module: { stages: readonly AnyStage[] } = await import(`@ft/${name}`);
    return module.stages;
  });
  return new Map((await Promise.all(stages)).flat().map((stage) => [stage.uses, stage]));
}
