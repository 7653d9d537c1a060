/** What the run shows of each of the paper's claims, judged from its tables alone. A new claim is one file and one line here. */
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

/** A finding for each claim that the experiment has numbers for. */
export function findings(results: Results): Finding[] {
  return makers.flatMap((make) => make(results));
}
