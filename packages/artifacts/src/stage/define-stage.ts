import type { StageKind } from "@ft/experiment";
import { schemas } from "../schemas/index.ts";
import type { AnySchema } from "../schemas/schema.ts";
import type { RoleContract, StageDefinition } from "./stage.ts";

/** What a package adds to the declaration of a kind of stage. */
export interface StageWork<Config>
  extends Pick<StageDefinition<Config>, "run" | "admitOutput" | "checkConfig" | "estimate"> {
  /** The schema of the stage's `config`. */
  config: StageDefinition<Config>["configSchema"];
}

/**
 * A kind of stage, from its declaration in `packages/experiment` and its work in a package. Tables that the declaration
 * names are looked up in `schemas`.
 *
 * @throws Error if it names a table that does not exist
 */
export function defineStage<Config>(
  { uses, package: folder, description, roles, runs, outputs }: StageKind,
  { config, ...work }: StageWork<Config>,
): StageDefinition<Config> {
  return {
    uses,
    package: folder,
    description,
    configSchema: config,
    inputs: Object.fromEntries(
      Object.entries(roles).map(([role, contract]) => [role, roleContract(contract)]),
    ),
    ...(runs !== undefined && { runs }),
    outputs: outputs.map(schemaNamed),
    ...work,
  };
}

function roleContract({ tables, optional, several }: StageKind["roles"][string]): RoleContract {
  return { tables: tables.map(schemaNamed), optional: optional === true, several: several === true };
}

function schemaNamed(name: string): AnySchema {
  const schema = schemas.get(name);
  if (!schema) throw new Error(`a kind of stage names the table ${name}, which does not exist`);
  return schema;
}
