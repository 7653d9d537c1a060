/** Claims over all tasks: each task's verdict, and one from contrasts pooled over tasks. */
import { holm, mean, poolEffects, pooledTest } from "@ft/statistics";
import { group } from "d3-array";
import type { Claim, Contrast, Criterion, Finding, JudgedContrast, Verdict } from "../claims/claim.ts";
import { claims } from "../claims/index.ts";
import { decides, equivalenceOf, judge, judgeCriterion, judgeEstimates } from "../claims/judge.ts";
import { examplesOf, seedEffect } from "../seed-values.ts";
import type { FinishedExperiment } from "./read-experiments.ts";

type Experiment = Pick<FinishedExperiment, "name" | "results" | "data">;

/** A contrast pooled over tasks, every task counting the same. Its values are the tasks' means. */
export interface PooledContrast extends JudgedContrast {
  measure: string;
  tasks: readonly string[];
}

/** The verdict on a claim over tasks, with what it was made from. */
export interface ClaimFinding {
  claim: Claim;
  rule: string;
  verdict: Verdict;
  /** The finding of each experiment that is about the claim. */
  tasks: readonly { experiment: string; finding: Finding }[];
  /** Experiments that decide the claim: those that are pooled. */
  usable: readonly string[];
  pooled: readonly PooledContrast[];
  /** Every control that the claim needs, with the experiments that measured it. */
  controls: readonly { name: string; measured: readonly string[] }[];
  /** What would decide the claim, with the experiments that lack it. */
  missing: readonly { part: string; experiments: readonly string[] }[];
}

/** Judges every claim that an experiment is about, over all of them. */
export function judgeClaims(experiments: readonly Experiment[]): ClaimFinding[] {
  return claims.map((claim) => judgeOverTasks(claim, experiments)).filter((found) => found !== undefined);
}

/**
 * Judges a claim over the experiments whose setting can decide it and that measured all of its controls, or over all whose
 * setting can if none did; without controls it cannot be shown. A criterion is judged by its contrasts pooled over the tasks;
 * if none of its contrasts is in two of them, it holds if it holds in each, and fails if it fails in one. Of several
 * experiments on the same dataset the first is pooled; one that has only the same contrasts, as it extends another by other
 * plans, is not judged again.
 */
export function judgeOverTasks(claim: Claim, experiments: readonly Experiment[]): ClaimFinding | undefined {
  const seen = new Set<string>();
  const judged = experiments.flatMap((experiment) => {
    const finding = judge(claim, experiment.results);
    if (!finding) return [];
    const compared = finding.contrasts.map(({ name, values }) => [name, values]);
    const key = JSON.stringify([experiment.data || experiment.name, compared]);
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ ...experiment, experiment: experiment.name, finding }];
  });
  if (judged.length === 0) return undefined;
  const measured =
    (controls: Claim["controls"]) =>
    ({ results }: Experiment) =>
      controls.every((control) => control.missing(results) === undefined);
  const able = judged.filter(measured(claim.preconditions ?? []));
  const controlled = able.filter(measured(claim.controls));
  const usable = controlled.length > 0 ? controlled : able;
  const criteria = claim.criteria.map((criterion) => {
    const pooled = poolCriterion(criterion, usable.length > 0 ? usable : judged);
    if (pooled.contrasts.length > 0) return pooled;
    const verdicts = usable.map(({ results }) => judgeCriterion(criterion, results).verdict);
    return { verdict: combine(verdicts), contrasts: [] };
  });
  const verdict = combine(criteria.map((criterion) => criterion.verdict));
  const isOpen = usable.length === 0 || (verdict === "shown" && controlled.length === 0);
  return {
    claim,
    rule: judged[0]!.finding.rule,
    verdict: isOpen ? "inconclusive" : verdict,
    tasks: judged.map(({ experiment, finding }) => ({ experiment, finding })),
    usable: usable.map(({ name }) => name),
    pooled: criteria.flatMap(({ contrasts }, i) =>
      contrasts.map((contrast) => ({ ...contrast, measure: claim.criteria[i]!.measure })),
    ),
    controls: [...(claim.preconditions ?? []), ...claim.controls].map((control) => ({
      name: control.name,
      measured: judged
        .filter(({ results }) => control.missing(results) === undefined)
        .map(({ experiment }) => experiment),
    })),
    missing: [
      ...group(
        judged.flatMap(({ experiment, finding }) => finding.missing.map((part) => ({ part, experiment }))),
        ({ part }) => part,
      ),
    ].map(([part, rows]) => ({ part, experiments: rows.map(({ experiment }) => experiment) })),
  };
}

/** Shown if all are; not shown if one is not. */
function combine(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("not shown")) return "not shown";
  return verdicts.every((verdict) => verdict === "shown") ? "shown" : "inconclusive";
}

/** Pools a criterion's contrasts by name and base model over at least two tasks, and corrects their tests as one family. */
function poolCriterion(criterion: Criterion, experiments: readonly Experiment[]) {
  const models = new Set(experiments.map(({ results }) => results.model.name));
  const seen = new Set<string>();
  const parts = experiments.flatMap(({ name: task, data, results }) =>
    criterion.contrasts(results).flatMap((contrast) => {
      const name = models.size > 1 ? `${contrast.name}, ${results.model.name}` : contrast.name;
      const key = JSON.stringify([name, data || task]);
      if (contrast.comparable === false || contrast.values.length < 2 || seen.has(key)) return [];
      seen.add(key);
      return [{ task, contrast: { ...contrast, name } }];
    }),
  );
  const pooled = [...group(parts, ({ contrast }) => contrast.name).values()]
    .filter((own) => own.length > 1)
    .map(pool);
  const tested = pooled.filter(({ p }) => p !== null);
  const adjusted = holm(tested.map(({ p }) => p!));
  const estimated = pooled.map((one) => {
    const { p: _, ...contrast } = one;
    const p = adjusted[tested.indexOf(one)] ?? null;
    return { ...contrast, estimate: { ...contrast.estimate, p } };
  });
  return judgeEstimates(criterion, estimated);
}

/** One contrast over tasks, as the mean of the tasks' means; without spread in any of them it has no interval. */
function pool(parts: readonly { task: string; contrast: Contrast }[]) {
  const effects = parts.map(({ contrast }) => seedEffect(contrast));
  const seeds = parts.reduce((sum, { contrast }) => sum + contrast.values.length, 0);
  const known = effects.some(({ standardError }) => standardError > 0) ? effects : undefined;
  const pooled = known && poolEffects(known);
  return {
    name: parts[0]!.contrast.name,
    against: parts[0]!.contrast.against ?? null,
    values: effects.map((effect) => effect.mean),
    decides: parts.some(({ contrast }) => decides(contrast)),
    rows: [],
    tasks: parts.map(({ task }) => task),
    p: pooled ? pooledTest(pooled) : null,
    estimate: {
      mean: pooled?.mean ?? mean(effects.map((effect) => effect.mean)),
      low: pooled?.low ?? null,
      high: pooled?.high ?? null,
      seeds,
      examples: sumOrNull(parts.map(({ contrast }) => examplesOf(contrast))),
      p: null,
      equivalence: known ? equivalenceOf(poolEffects(known, "mean", 0.9)) : null,
      detectable: null,
    },
  };
}

/** The sum of counts; null if one is unknown. */
function sumOrNull(counts: readonly (number | null)[]): number | null {
  return counts.reduce((sum, count) => (sum === null || count === null ? null : sum + count), 0);
}
