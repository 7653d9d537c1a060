/** Draws pairs from a task until every place is taken. */
import type { Random } from "@ft/artifacts";
import type { Admission, PairEncoder } from "@ft/model";
import type { Split } from "./form.ts";
import { Ledger } from "./ledger.ts";
import type { UnnumberedRow } from "./number-rows.ts";
import type { Places } from "./places.ts";
import type { Candidate, Sampler } from "./task.ts";

export interface DrawRequest {
  sampler: Sampler;
  encoders: Readonly<Record<Split, PairEncoder>>;
  /** Counts the unusable pairs and leaves them out. */
  admission: Admission;
  /** The places to fill; what is left in it afterwards could not be filled. */
  places: Places;
  /** Consecutive unsuccessful draws after which the task counts as exhausted. */
  patience: number;
  /** Draws pairs. */
  random: Random;
  /** Deals pairs to splits. */
  dealer: Random;
  /** Called after every pair found. */
  found?(): void;
}

/**
 * Fills places with different clean prompts. A pair whose prompts are in no split yet is dealt to one at random, in
 * proportion to the places left; one that shares a prompt with a split joins that split or is dropped.
 */
export function drawPairs(request: DrawRequest): UnnumberedRow[] {
  const { sampler, encoders, admission, places, random } = request;
  const ledger = new Ledger();
  const rows: UnnumberedRow[] = [];
  for (let inVain = 0; places.left > 0 && inVain < request.patience; inVain++) {
    const candidate = sampler.sample(random);
    if (candidate === undefined) continue;
    const split = splitFor(candidate, ledger, request);
    if (split === undefined) continue;
    const pair = admission.judge(encoders[split], candidate, JSON.stringify(candidate.clean));
    if (pair === undefined) continue;
    ledger.add(candidate, split);
    places.take(candidate.kind, split);
    rows.push({ split, kind: candidate.kind, ...pair });
    inVain = -1;
    request.found?.();
  }
  return rows;
}

/** The split that the pair may join, if there is one with a place. */
function splitFor(candidate: Candidate, ledger: Ledger, { places, dealer }: DrawRequest) {
  if (ledger.repeated(candidate) !== undefined) return undefined;
  const [holder, other] = ledger.holders(candidate);
  if (holder === undefined) return places.deal(candidate.kind, dealer);
  return other === undefined && places.has(candidate.kind, holder.split) ? holder.split : undefined;
}
