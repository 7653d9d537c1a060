/** The union of the circuits of a task's parts can stand in for the task's own. */
import { differencesOf, finalResults, finalRows } from "../comparison.ts";
import { asPointInterval } from "../format.ts";
import type { Results } from "../results.ts";
import { type Claim, type Contrast, control, linksToResults } from "./claim.ts";

/** Differences within a point either way count as none. */
const EQUIVALENCE_MARGIN = 0.01;

/** CircuitLoRA by the union minus the plan of another role, by seed; none if either was not trained. */
function unionMinus(role: "own" | "part" | "random", name: string) {
  return (results: Results): Contrast[] => {
    const { union } = results.config;
    const found = finalResults(results);
    const [a, b] = [found.get(union?.union ?? ""), found.get(union?.[role] ?? "")];
    const gains = a && b && differencesOf(a, b);
    if (!gains || gains.values.length === 0) return [];
    const compared = finalRows(results).filter(({ plan }) => plan === union!.union || plan === union![role]);
    return [{ name: `by the union minus by ${name}`, ...gains, rows: linksToResults(compared, gains) }];
  };
}

const minusOwn = unionMinus("own", "the task's own circuit");
const minusPart = unionMinus("part", "one part's circuit");
const minusRandom = unionMinus("random", "a random union of equal size");

export const union: Claim = {
  id: "union",
  claim: "The union of the circuits of a task's parts stands in for the task's own circuit",
  question: "Does a composed task need a circuit of its own?",
  source: "CircuitLoRA by the union of the sub-tasks' circuits needs no new circuit discovery.",
  applies: ({ config }) => config.union !== undefined,
  criteria: [
    {
      brief: "the union minus the task's own circuit",
      measure: "Held-out exact match of CircuitLoRA by the union minus by the task's own circuit, by seed",
      effects: [{ name: "no difference", value: 0 }],
      contrasts: minusOwn,
      holds: [{ of: "equivalence", is: "below", value: EQUIVALENCE_MARGIN }],
      needs: (open) => (open.length > 0 ? "more seeds: the two are not equal within 1 point" : undefined),
    },
    {
      brief: "the union minus one part",
      measure: "Held-out exact match of CircuitLoRA by the union minus by one part's circuit alone, by seed",
      effects: [{ name: "no difference", value: 0 }],
      contrasts: (results) => [
        ...minusPart(results),
        ...minusRandom(results).map((contrast) => ({ ...contrast, decides: false })),
      ],
      holds: [{ of: "low", is: "above", value: 0 }],
      needs: (open) => (open.length > 0 ? "more seeds: the union is not better than one part" : undefined),
    },
  ],
  controls: [
    control("CircuitLoRA by the task's own circuit", (results) => minusOwn(results).length > 0),
    control("CircuitLoRA by the circuit of one part alone", (results) => minusPart(results).length > 0),
    control("CircuitLoRA by a random union of equal size", (results) => minusRandom(results).length > 0),
  ],
  evidence: (_, contrasts) =>
    contrasts.flat().map(({ name, estimate }) => `CircuitLoRA ${name}: ${asPointInterval(estimate)}.`),
};
