/** Ranks that follow edge change reach a higher accuracy. */
import { counted, type PlanRow, type SummaryRow } from "@ft/artifacts";
import { group } from "d3-array";
import {
  adapterName,
  circuitAwareRun,
  differencesOf,
  finalResults,
  finalRows,
  planMethods,
  summarize,
} from "../comparison.ts";
import { asPercent, asPoints } from "../format.ts";
import { edgeRates } from "../learning-rate-edges.ts";
import type { Results } from "../results.ts";
import { type Claim, type Control, control, type JudgedContrast, linksToResults, list } from "./claim.ts";
import { judge } from "./judge.ts";
import { rankBinds } from "./rank.ts";

/** The paper's gain of CircuitLoRA over LoRA: the effect that an interval should include or exclude. */
export const PAPER_GAIN = 0.0246;
/** Differences within a point either way count as none. */
const EQUIVALENCE_MARGIN = 0.01;
/** Family-wise error rate over all comparisons. */
const LEVEL = 0.05;
/** If more methods are compared, only those that decide are named with their accuracies. */
const NAMED = 6;
/** Random draws of layers that the gain must be compared with. */
const RANDOM_DRAWS = 10;

/** The methods of planning that the gain must be against; comparisons with others are reported. */
const DECIDING: ReadonlySet<string | undefined> = new Set(["budget", "random", "first-layers"]);

/** The circuit-aware method and those compared with it, with the paired differences of each. */
function comparisons(results: Results) {
  const reference = circuitAwareRun(results.plans);
  const rows = summarize(results);
  const own = rows.find(({ method }) => method === reference);
  if (!own) return undefined;
  const found = finalResults(results);
  const compared = rows
    .filter((row) => row !== own)
    .map((row) => ({
      row,
      gains: differencesOf(found.get(own.method)!, found.get(row.method)!),
      isSame: isSamePlan(results.plans, own.method, row.method),
    }))
    .filter(({ gains }) => gains.values.length > 0);
  return { own, compared };
}

export const gain: Claim = {
  id: "gain",
  claim: "Rank is best spent where edges change: CircuitLoRA answers more than other plans",
  question: "Does giving rank to the layers whose edges change most raise accuracy?",
  source: "CircuitLoRA gains 2.46 points over LoRA with a similar number of parameters, on average.",
  applies: (results) => (comparisons(results)?.compared.length ?? 0) > 0,
  criteria: [
    {
      brief: "gain of CircuitLoRA",
      measure: "Held-out exact match of CircuitLoRA minus another plan's after training, by seed",
      effects: [
        { name: "no difference", value: 0 },
        { name: "the paper's gain", value: PAPER_GAIN },
      ],
      contrasts(results) {
        const { own, compared } = comparisons(results)!;
        const methods = planMethods(results.stages);
        const final = finalRows(results);
        return compared.map(({ row, gains, isSame }) => ({
          name: contrastName(own.method, row.method),
          ...gains,
          against: methods.get(row.method) ?? null,
          decides: !isSame && DECIDING.has(methods.get(row.method)),
          rows: linksToResults(
            final.filter(({ plan }) => plan === own.method || plan === row.method),
            gains,
          ),
        }));
      },
      holds: [
        { of: "low", is: "above", value: 0 },
        { of: "p", is: "below", value: LEVEL },
      ],
      fails: {
        contrasts: "some",
        any: [
          { of: "high", is: "at most", value: 0 },
          { of: "equivalence", is: "below", value: EQUIVALENCE_MARGIN },
        ],
      },
      needs: (open) =>
        open.length > 0
          ? [...group(open, needsOf)]
              .map(([needs, own]) => `${needs} (${list(own.map(({ name }) => name))})`)
              .join("; ")
          : undefined,
    },
  ],
  preconditions: [
    {
      name: "a setting where rank limits accuracy",
      missing(results) {
        const rank = judge(rankBinds, results);
        if (rank?.verdict === "shown") return undefined;
        return rank?.verdict === "not shown"
          ? this.name
          : `whether rank limits accuracy here: ${rank?.missing.join("; ")}`;
      },
    },
  ],
  controls: [
    comparedWith("budget", "LoRA with as many parameters, spread evenly"),
    control(`${RANDOM_DRAWS} random draws of layers`, (results) => randomDraws(results) >= RANDOM_DRAWS),
    comparedWith("first-layers", "the higher rank in the first layers"),
    comparedWith("last-layers", "the higher rank in the last layers"),
    comparedWith("least-changed", "the higher rank in the layers whose edges change least"),
    comparedWith("gradient-norm", "the higher rank in the layers with the largest gradients"),
    control("AdaLoRA at the same budget", hasAdaLora),
    control("LoRA trained for as many updates as CircuitLoRA and its probe together", hasComputeMatched),
  ],
  evidence(results, [contrasts]) {
    const { own, compared } = comparisons(results)!;
    const rows = [own, ...compared.map(({ row }) => row)];
    const methods = planMethods(results.stages);
    const named =
      rows.length > NAMED ? rows.filter((row) => row === own || DECIDING.has(methods.get(row.method))) : rows;
    const adapters = new Set(rows.map(({ method }) => adapterName(results, method)));
    const rates = edgeRates(results.learningRates).filter(({ adapter }) => adapters.has(adapter));
    const excluding = (effect: string) =>
      contrasts!.filter(({ excludes }) => excludes.includes(effect)).length;
    const same = compared.filter(({ isSame }) => isSame).map(({ row }) => row.method);
    const ofSame = new Set(same.map((method) => contrastName(own.method, method)));
    const equal = contrasts!.filter(
      ({ name, estimate: { equivalence } }) =>
        !ofSame.has(name) && equivalence !== null && equivalence < EQUIVALENCE_MARGIN,
    );
    return [
      `Held-out exact match: ${list(named.map((row) => `${nameOf(row)} ${asPercent(row.meanAccuracy)}`))}.`,
      `Of ${counted(contrasts!.length, "comparison")} ${excluding("no difference")} exclude no difference and ${excluding("the paper's gain")} the paper's gain of ${asPoints(PAPER_GAIN)} points.`,
      ...(same.length > 0
        ? [
            `The plan is that of ${list(same)}, adapter by adapter: here edge change chooses the same layers, and nothing can tell which reason for them is right.`,
          ]
        : []),
      ...(equal.length > 0 ? [`Equal within 1 point: ${list(equal.map(({ name }) => name))}.`] : []),
      ...rates.map(
        ({ adapter, rate, end }) =>
          `The learning rate of ${adapter}, ${rate}, is the ${end} tried: a better one may be outside the grid.`,
      ),
    ];
  },
};

const contrastName = (own: string, other: string): string => `${own} minus ${other}`;

/** What would decide an open comparison; undefined is for those that failed. */
function needsOf({ estimate: { low, high, p } }: JudgedContrast): string {
  if (p === null) return "at least two seeds shared by both methods";
  return low! <= 0 && high! >= 0
    ? "more seeds or examples: the interval includes no difference"
    : "more seeds or examples: the gain does not survive Holm's correction";
}

function nameOf({ method, parameterRatio }: SummaryRow): string {
  return `${method} (${(100 * parameterRatio).toFixed(2)}% of all parameters)`;
}

/** Whether two plans give every module the same adapter: then the same seeds make the same runs. */
function isSamePlan(plans: readonly PlanRow[], a: string, b: string): boolean {
  const adaptersOf = (name: string) =>
    rowsOf(plans, name).map(({ draw, seed, kind, settings, layer, module, rank, alpha }) =>
      JSON.stringify([draw, seed, kind, settings, layer, module, rank, alpha]),
    );
  return JSON.stringify(adaptersOf(a).sort()) === JSON.stringify(adaptersOf(b).sort());
}

/** A control: another plan by this method was trained with seeds that CircuitLoRA was trained with. */
function comparedWith(method: string, name: string): Control {
  return control(name, (results) => {
    const methods = planMethods(results.stages);
    const compared = comparisons(results)?.compared ?? [];
    return compared.some(({ row, isSame }) => !isSame && methods.get(row.method) === method);
  });
}

/** Different draws, or seeds with draws of their own, of the random plan that has the most. */
function randomDraws({ plans, stages }: Results): number {
  const methods = planMethods(stages);
  const draws = [...new Set(plans.map(({ plan }) => plan))]
    .filter((name) => methods.get(name) === "random")
    .map((name) => new Set(rowsOf(plans, name).map(({ draw, seed }) => `${draw} ${seed}`)).size);
  return Math.max(0, ...draws);
}

function hasAdaLora(results: Results): boolean {
  const { own, compared } = comparisons(results)!;
  const ranks = (name: string) => rowsOf(results.plans, name).reduce((sum, { rank }) => sum + rank, 0);
  return compared.some(
    ({ row }) =>
      rowsOf(results.plans, row.method).every(({ kind }) => kind === "adalora") &&
      ranks(row.method) === ranks(own.method),
  );
}

/** Whether a uniform or equal-budget plan was trained for CircuitLoRA's updates and those of the runs its layers come from. */
function hasComputeMatched(results: Results): boolean {
  const { own, compared } = comparisons(results)!;
  const methods = planMethods(results.stages);
  const final = finalRows(results);
  const updates = (plan: string) =>
    Math.max(0, ...final.filter((row) => row.plan === plan).map(({ step }) => step));
  const probes = new Set(results.layers.map(({ plan }) => plan));
  const spent = updates(own.method) + [...probes].reduce((sum, plan) => sum + updates(plan), 0);
  return compared.some(
    ({ row: { method } }) =>
      ["uniform", "budget"].includes(methods.get(method) ?? "") && updates(method) >= spent,
  );
}

function rowsOf(plans: readonly PlanRow[], name: string): PlanRow[] {
  return plans.filter(({ plan }) => plan === name);
}
