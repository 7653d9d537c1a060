/** Results computed in several sittings, or on several machines, are joined only if the same code computed them. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { codeHash, kindNamed, readManifest, subfolders, UserError } from "@ft/artifacts";

/** Whose code it is, for messages. */
const HERE = "the code here";

/**
 * Checks that stages of the same kind were computed by the same code.
 *
 * @param folder with EXPERIMENT/STAGE/TABLE.arrow and manifests; may be missing
 * @param added names of experiments that the code here will compute: what is there of them is not checked, and the
 *   rest must be of this code. @default none: only what is there is compared
 * @throws UserError naming two parts that differ
 */
export function checkParts(folder: string, added?: ReadonlySet<string>): void {
  const first = new Map<string, { code: string; where: string }>();
  for (const experiment of subfolders(folder)) {
    if (added?.has(experiment)) continue;
    for (const stage of subfolders(join(folder, experiment))) {
      const own = join(folder, experiment, stage);
      const table = readdirSync(own).find(
        (name) => name.endsWith(".arrow") && existsSync(join(own, `${name}.manifest.json`)),
      );
      const manifest = table === undefined ? undefined : readManifest(join(own, table));
      const uses = manifest?.producer?.uses;
      if (!manifest || uses === undefined || manifest.outside || manifest.code === null) continue;
      const where = `${experiment}.${stage}`;
      const here = { code: codeHash(kindNamed(uses)!.package), where: HERE };
      const known = first.get(uses) ?? (added ? here : { code: manifest.code, where });
      first.set(uses, known);
      if (known.code === manifest.code) continue;
      throw new UserError(`${where} and ${known.where} are not results of the same code`, {
        file: own,
        value: `${uses}: ${manifest.code.slice(0, 12)} and ${known.code.slice(0, 12)}`,
        remedy: `compute ${experiment} again too, check out the commit in ${join(folder, experiment)}'s record, or remove the folder`,
      });
    }
  }
}
