import { mean } from "d3-array";
import type { Baselines } from "../baselines.ts";
import { finalRows, firstRows } from "../comparison.ts";
import { asNumber, asPercent } from "../format.ts";
import type { Results } from "../results.ts";
import type { ExhibitMaker } from "./exhibit.ts";

/** Accuracy by kind of example before and after training, next to what answers without a model get. */
export const kinds: ExhibitMaker = (results) => {
  const [first, last] = [firstRows(results), finalRows(results)];
  const plans = [...new Set(last.map(({ plan }) => plan))];
  if (plans.length === 0) return undefined;
  const all = {
    majority: results.majority,
    corruptedAnswer: results.corruptedAnswer,
    nearest: results.nearest,
  };
  const heldOut = results.examples.get(results.heldOut) ?? 0;
  const rowOf = (kind: string | null, own: Omit<Baselines, "asked">, asked: number, plan: string) => {
    const after = scoresAt(last, results, kind, plan);
    const before = scoresAt(first, results, kind, plan);
    return [
      kind ?? "all",
      asked,
      own.majority,
      own.corruptedAnswer,
      own.nearest,
      plan,
      after.accuracies.length,
      mean(before.accuracies) ?? null,
      mean(after.accuracies) ?? null,
      mean(after.losses) ?? null,
    ];
  };
  const byKind = results.baselinesByKind.size > 1 ? [...results.baselinesByKind] : [];
  return {
    id: "kinds",
    title: "Baselines and kinds of examples",
    caption:
      "Exact match on held-out examples, all and by kind, before training and at the last checkpoint, means over runs; and that of three answers without a model: always the most common one, the corrupted prompt's, and that of the nearest training prompt (the fewest words that differ, then the closest numbers).",
    columns: [
      { name: "kind" },
      { name: "examples" },
      { name: "majorityAnswer", format: asPercent },
      { name: "corruptedAnswer", format: asPercent },
      { name: "nearestPrompt", label: "nearest training prompt", format: asPercent },
      { name: "plan" },
      { name: "runs" },
      { name: "accuracyBefore", label: "before training", format: asPercent },
      { name: "accuracyAfter", label: "after training", format: asPercent },
      { name: "lossAfter", label: "loss after training (nats)", format: asNumber },
    ],
    rows: [
      ...plans.map((plan) => rowOf(null, all, heldOut, plan)),
      ...byKind.flatMap(([kind, own]) => plans.map((plan) => rowOf(kind, own, own.asked, plan))),
    ],
  };
};

/** A plan's accuracies and losses at the checkpoints of some rows. @param kind null for all examples */
function scoresAt(
  rows: ReturnType<typeof finalRows>,
  { heldOut, kinds }: Pick<Results, "heldOut" | "kinds">,
  kind: string | null,
  plan: string,
): { accuracies: number[]; losses: number[] } {
  const own = rows.filter((row) => row.plan === plan);
  if (kind === null)
    return {
      accuracies: own.map(({ heldOutAccuracy }) => heldOutAccuracy!),
      losses: own.flatMap((row) => (heldOut === "test" ? row.testLoss : row.circuitLoss) ?? []),
    };
  const scores = own.flatMap((row) =>
    kinds.filter(
      (score) =>
        score.split === heldOut &&
        score.kind === kind &&
        score.plan === plan &&
        score.draw === row.draw &&
        score.seed === row.seed &&
        score.step === row.step,
    ),
  );
  return { accuracies: scores.map(({ accuracy }) => accuracy), losses: scores.map(({ loss }) => loss) };
}
