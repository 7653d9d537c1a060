/** Evaluates claims: contrasts to estimates, criteria to verdicts, missing controls by name. */
import { detectableEffect, holm, type Interval } from "@ft/statistics";
import { oncePer } from "../once-per.ts";
import type { Results } from "../results.ts";
import { examplesOf, intervalOf, type SeedValues, seedEffect, testOf } from "../seed-values.ts";
import type {
  Bound,
  Claim,
  Contrast,
  Criterion,
  Estimate,
  Finding,
  JudgedContrast,
  Verdict,
} from "./claim.ts";

/** What was found about an experiment, by claim. */
const findingsOf = oncePer((_: Results) => new Map<Claim, Finding | undefined>());

/** Judges a claim by its rule; undefined if the experiment is not about it. */
export function judge(claim: Claim, results: Results): Finding | undefined {
  const found = findingsOf(results);
  if (!found.has(claim)) found.set(claim, findingOf(claim, results));
  return found.get(claim);
}

function findingOf(claim: Claim, results: Results): Finding | undefined {
  if (!claim.applies(results)) return undefined;
  const judged = claim.criteria.map((criterion) => judgeCriterion(criterion, results));
  const missing = (controls: Claim["controls"]) =>
    controls.map((control) => control.missing(results)).filter((part) => part !== undefined);
  const preconditions = missing(claim.preconditions ?? []);
  const lacking = [
    ...preconditions,
    ...judged.flatMap(({ verdict, needs }) => (verdict === "inconclusive" && needs ? [needs] : [])),
    ...missing(claim.controls),
  ];
  const failed = judged.some(({ verdict }) => verdict === "not shown");
  const held = judged.every(({ verdict }) => verdict === "shown") && lacking.length === 0;
  const verdict =
    preconditions.length > 0 || !(failed || held) ? "inconclusive" : failed ? "not shown" : "shown";
  const { id, question, source } = claim;
  return {
    ...{ id, claim: claim.claim, question, source, verdict },
    rule: claim.criteria.map(describeRule).join(" "),
    evidence: claim.evidence(
      results,
      judged.map(({ contrasts }) => contrasts),
    ),
    missing: verdict === "inconclusive" ? lacking : [],
    contrasts: judged.flatMap(({ contrasts }, i) =>
      contrasts.map((contrast) => ({ ...contrast, measure: claim.criteria[i]!.measure })),
    ),
  };
}

/** Estimates a criterion's contrasts, corrects their tests as one family, and judges each and all together. */
export function judgeCriterion(
  criterion: Criterion,
  results: Results,
): { verdict: Verdict; contrasts: JudgedContrast[]; needs: string | undefined } {
  const { verdict, contrasts } = judgeEstimates(criterion, estimateAll(criterion.contrasts(results)));
  const open = contrasts.filter((contrast) => decides(contrast) && contrast.verdict !== "shown");
  return { verdict, contrasts, needs: criterion.needs?.(open, results) };
}

/** Judges contrasts whose estimates are known, each and all together, by a criterion's bounds. */
export function judgeEstimates<Estimated extends Contrast & { estimate: Estimate }>(
  { holds, fails, unit = "points", effects = [] }: Criterion,
  estimated: readonly Estimated[],
): { verdict: Verdict; contrasts: (Estimated & JudgedContrast)[] } {
  const contrasts = estimated.map((contrast): Estimated & JudgedContrast => {
    const satisfies = (bound: Bound) => isWithin(contrast.estimate, bound);
    const isFailed = fails === "otherwise" || fails?.any.some(satisfies);
    return {
      ...contrast,
      unit,
      excludes: effects.filter(({ value }) => excludes(contrast.estimate, value)).map(({ name }) => name),
      verdict: holds.every(satisfies) ? "shown" : isFailed ? "not shown" : "inconclusive",
    };
  });
  const deciding = contrasts.filter(decides);
  const are = (verdict: Verdict) => (contrast: JudgedContrast) => contrast.verdict === verdict;
  const isEvery = typeof fails === "object" && fails.contrasts === "every";
  const failed = isEvery
    ? deciding.length > 0 && deciding.every(are("not shown"))
    : deciding.some(are("not shown"));
  const held = deciding.length > 0 && deciding.every(are("shown"));
  return { verdict: failed ? "not shown" : held ? "shown" : "inconclusive", contrasts };
}

/** Whether the rule is about a contrast. */
export function decides({ decides = true }: Pick<Contrast, "decides">): boolean {
  return decides;
}

/** The estimates of a family of contrasts; those with fewer than two seeds are not tested. */
function estimateAll(contrasts: readonly Contrast[]): (Contrast & { estimate: Estimate })[] {
  const tested = contrasts.filter(({ values }) => values.length > 1);
  const adjusted = holm(tested.map(testOf));
  return contrasts.map((contrast) => ({
    ...contrast,
    estimate: {
      ...intervalOf(contrast),
      seeds: contrast.values.length,
      examples: examplesOf(contrast),
      p: adjusted[tested.indexOf(contrast)] ?? null,
      equivalence: equivalenceOf(intervalOf(contrast, 0.9)),
      detectable: detectableOf(contrast),
    },
  }));
}

/** As many pairs as the degrees of freedom say, with the deviation that gives their mean this standard error. */
function detectableOf(of: SeedValues): number | null {
  if (of.values.length < 2) return null;
  const { standardError, degreesOfFreedom } = seedEffect(of);
  const n = degreesOfFreedom + 1;
  return standardError > 0 ? standardError * Math.sqrt(n) * detectableIn(n) : null;
}

const detectables = new Map<number, number>();

/** The effect that n pairs find if they have a deviation of 1, with which the effect grows in proportion. */
function detectableIn(n: number): number {
  const known = detectables.get(n) ?? detectableEffect({ n, deviation: 1 });
  detectables.set(n, known);
  return known;
}

/** The smallest margin of equivalence to 0, from the 90% interval: two one-sided tests at 5% find the mean within a margin exactly if the 90% interval is inside it. */
export function equivalenceOf({ low, high }: Interval): number | null {
  return low === null ? null : Math.max(-low, high!);
}

/** Whether a number of an estimate satisfies a bound; one that is unknown satisfies none. */
function isWithin(estimate: Estimate, { of, is, value }: Bound): boolean {
  const number = estimate[of];
  if (number === null) return false;
  if (is === "above") return number > value;
  if (is === "at least") return number >= value;
  return is === "below" ? number < value : number <= value;
}

/** Whether an interval excludes an effect: both ends are on the same side of it. */
export function excludes({ low, high }: Interval, effect: number): boolean {
  return low !== null && (high! < effect || low > effect);
}

const NAMES: Record<Bound["of"], string> = {
  mean: "its mean",
  low: "the lower end of its interval",
  high: "the upper end of its interval",
  p: "its p-value",
  equivalence: "the margin of its equivalence to 0",
};

/** A criterion's rule in words. */
function describeRule({ measure, holds, fails }: Criterion): string {
  const words = (bounds: readonly Bound[], joint: string) =>
    bounds.map(({ of, is, value }) => `${NAMES[of]} is ${is} ${value}`).join(joint);
  const failing =
    fails === "otherwise"
      ? " Otherwise the claim is not shown."
      : fails
        ? ` The claim is not shown if for ${fails.contrasts === "every" ? "every" : "any"} contrast ${words(fails.any, " or ")}.`
        : "";
  return `${measure}: for every contrast ${words(holds, " and ")}.${failing}`;
}
