/** The paper's claims with their rules. A new claim is one file and one line here. */
import type { Results } from "../results.ts";
import { edgesOverNodes } from "./change.ts";
import type { Claim, Finding } from "./claim.ts";
import { faithful } from "./faithful.ts";
import { gain } from "./gain.ts";
import { improvement } from "./improvement.ts";
import { judge } from "./judge.ts";
import { placement } from "./placement.ts";
import { rankBinds } from "./rank.ts";
import { stable } from "./stable.ts";
import { union } from "./union.ts";

export type { Claim, Finding, Verdict } from "./claim.ts";
export { limits } from "./limits.ts";

export const claims: readonly Claim[] = [
  improvement,
  faithful,
  stable,
  edgesOverNodes,
  rankBinds,
  gain,
  placement,
  union,
];

/** The verdicts on all claims that the experiment is about. */
export function findings(results: Results): Finding[] {
  return claims.map((claim) => judge(claim, results)).filter((finding) => finding !== undefined);
}
