/** The verdict on each of the paper's claims, judged only from the experiment's tables. A new claim is one file and one line here. */
import type { Results } from "../results.ts";
import { edgesOverNodes } from "./change.ts";
import { faithful } from "./faithful.ts";
import type { Finding, FindingMaker } from "./finding.ts";
import { gains } from "./gain.ts";
import { improvement } from "./improvement.ts";
import { rankBinds } from "./rank.ts";

export type { Finding, Verdict } from "./finding.ts";
export { limits } from "./limits.ts";

const makers: readonly FindingMaker[] = [improvement, faithful, edgesOverNodes, rankBinds, gains];

/** A finding for each claim for which the experiment has data. */
export function findings(results: Results): Finding[] {
  return makers.flatMap((make) => make(results));
}
