/** Evaluates claims: contrasts to estimates, criteria to verdicts, missing controls by name. */
import {
  crossedInterval,
  crossedTest,
  holm,
  type Interval,
  mean,
  meanInterval,
  pairedTest,
} from "@ft/statistics";
import type { Results } from "../results.ts";
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

/** Judges a claim by its rule; undefined if the experiment is not about it. */
export function judge(claim: Claim, results: Results): Finding | undefined {
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
    evidence: claim
      .evidence(
        results,
        judged.map(({ contrasts }) => contrasts),
      )
      .join(" "),
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
  const { holds, fails } = criterion;
  const contrasts = estimateAll(criterion.contrasts(results)).map((contrast): JudgedContrast => {
    const satisfies = (bound: Bound) => isWithin(contrast.estimate, bound);
    const isFailed = fails === "otherwise" || fails?.any.some(satisfies);
    return {
      ...contrast,
      verdict: holds.every(satisfies) ? "shown" : isFailed ? "not shown" : "inconclusive",
    };
  });
  const deciding = contrasts.filter(({ decides }) => decides !== false);
  const are = (verdict: Verdict) => (contrast: JudgedContrast) => contrast.verdict === verdict;
  const isEvery = typeof fails === "object" && fails.contrasts === "every";
  const failed = isEvery
    ? deciding.length > 0 && deciding.every(are("not shown"))
    : deciding.some(are("not shown"));
  const held = deciding.length > 0 && deciding.every(are("shown"));
  const open = deciding.filter((contrast) => !are("shown")(contrast));
  return {
    verdict: failed ? "not shown" : held ? "shown" : "inconclusive",
    contrasts,
    needs: criterion.needs?.(open, results),
  };
}

/** The estimates of a family of contrasts; those with fewer than two seeds are not tested. */
function estimateAll(contrasts: readonly Contrast[]): Omit<JudgedContrast, "verdict">[] {
  const tested = contrasts.filter(({ values }) => values.length > 1);
  const adjusted = holm(
    tested.map(({ values, crossed }) => (crossed ? crossedTest(crossed) : pairedTest(values))),
  );
  return contrasts.map(({ values, crossed, ...contrast }) => ({
    ...contrast,
    estimate: {
      ...intervalOf(values, crossed),
      seeds: values.length,
      p: adjusted[tested.findIndex((other) => other.values === values)] ?? null,
      equivalence: equivalenceOf(intervalOf(values, crossed, 0.9)),
    },
  }));
}

function intervalOf(values: readonly number[], crossed: Contrast["crossed"], level = 0.95): Interval {
  if (values.length < 2) return { mean: mean(values), low: null, high: null };
  return crossed ? crossedInterval(crossed, level) : meanInterval(values, level);
}

/** Two one-sided tests at 5% find the mean within a margin exactly if the 90% interval is inside it. */
function equivalenceOf({ low, high }: Interval): number | null {
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
