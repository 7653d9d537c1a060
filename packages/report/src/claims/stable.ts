/** Circuits are stable: fine-tuning changes them more than other examples or another seed do. */
import { type ComparisonRow, describeRun } from "@ft/artifacts";
import { mean } from "@ft/statistics";
import { group } from "d3-array";
import { fineTuning, floorOf, modelOfRow, type StabilityModel } from "../noise.ts";
import type { Results } from "../results.ts";
import { type Claim, type Contrast, type Control, control, linksTo, list } from "./claim.ts";

/** Divisions of the examples that stability is judged by, and the paper's numbers. */
const HALVES = 20;
const SPLITS = 5;
const PERTURBED = [10, 20, 30, 40, 50, 60, 70, 80, 90];

const MODELS: readonly StabilityModel[] = ["pre-trained", "fine-tuned"];

/** A contrast over the runs that have both floors. */
function contrast(
  { comparisons }: Results,
  name: string,
  difference: (halves: number, seeds: number, fineTuned: number) => number,
): Contrast[] {
  const runs = fineTuning(comparisons).flatMap((run) => {
    const [halves, seeds] = [floorOf(comparisons, "halves", run), floorOf(comparisons, "seeds", run)];
    if (!halves || !seeds) return [];
    return [{ run, value: difference(halves.edgeJaccard, seeds.edgeJaccard, run.edgeJaccard) }];
  });
  if (runs.length === 0) return [];
  return [
    {
      name,
      seeds: runs.map(({ run }) => run.seed),
      values: runs.map(({ value }) => value),
      rows: linksTo(
        "comparisons",
        runs.map(({ run }) => run),
      ),
    },
  ];
}

export const stable: Claim = {
  id: "stable",
  claim: "Circuits are stable: other examples or another seed change them less than fine-tuning does",
  question: "Is a circuit a property of the model rather than of the examples it was found on?",
  source: "Circuits are stable when 10 to 90% of the data are perturbed.",
  applies: ({ circuits }) => circuits.length > 0,
  criteria: [
    {
      unit: "Jaccard",
      brief: "difference of the edge Jaccard",
      measure: "Edge Jaccard of halves minus between seeds, and between seeds minus before and after, by run",
      contrasts: (results) => [
        ...contrast(results, "halves minus between seeds", (halves, seeds) => halves - seeds),
        ...contrast(results, "between seeds minus before and after", (_, seeds, tuned) => seeds - tuned),
      ],
      holds: [{ of: "low", is: "above", value: 0 }],
      fails: { contrasts: "some", any: [{ of: "high", is: "below", value: 0 }] },
      needs: (open) =>
        open.length > 0 ? "differences of the Jaccard whose intervals are above 0: more seeds" : undefined,
    },
  ],
  controls: [
    ofModels(
      `the Jaccard of circuits found on ${HALVES} pairs of halves of the examples, and over a bootstrap of them`,
      MODELS,
      (rows) => count(rows, "halves") >= HALVES && count(rows, "bootstrap") > 0,
    ),
    control("the Jaccard of circuits of two training seeds at the same step", ({ comparisons }) =>
      comparisons.some(({ kind }) => kind === "seeds"),
    ),
    ofModels(
      `the paper's ${SPLITS} splits and its perturbation of 10 to 90% of the examples`,
      MODELS,
      isPapers,
    ),
    ofModels("the same of a randomly initialised model", ["random"], isPapers),
  ],
  evidence({ comparisons }) {
    const parts = ["halves", "splits", "bootstrap", "perturbed"] as const;
    const sentences = [...group(ofExamples(comparisons), (row) => modelOfRow(comparisons, row))].map(
      ([model, rows]) => {
        const jaccards = parts.flatMap((kind) => {
          const own = rows.filter((row) => row.kind === kind);
          return own.length > 0 ? [`${kind} ${jaccardOf(own)}`] : [];
        });
        return `Edge Jaccard of circuits of the ${model} model, on average: ${list(jaccards)}.`;
      },
    );
    const seeds = comparisons.filter(({ kind }) => kind === "seeds");
    const tuned = fineTuning(comparisons);
    return [
      ...sentences,
      ...(seeds.length > 0 ? [`Between seeds at the same step: ${jaccardOf(seeds)}.`] : []),
      ...(tuned.length > 0 ? [`Before and after fine-tuning: ${jaccardOf(tuned)}.`] : []),
      ...(comparisons.length > 0
        ? []
        : ["How much circuits vary with the examples and with the seed was not measured."]),
    ];
  },
};

/** A control that rows of some models satisfy, for each of their runs. */
function ofModels(
  name: string,
  models: readonly StabilityModel[],
  isMeasured: (rows: readonly ComparisonRow[]) => boolean,
): Control {
  return control(name, ({ comparisons }) => {
    const rows = group(ofExamples(comparisons), (row) => modelOfRow(comparisons, row), describeRun);
    return models.every((model) => {
      const runs = [...(rows.get(model)?.values() ?? [])];
      return runs.length > 0 && runs.every(isMeasured);
    });
  });
}

/** The comparisons of one model's circuits on different examples. */
function ofExamples(comparisons: readonly ComparisonRow[]): ComparisonRow[] {
  return comparisons.filter(({ sample, otherSample }) => sample !== otherSample);
}

function isPapers(rows: readonly ComparisonRow[]): boolean {
  const perturbed = new Set(rows.map(({ otherSample }) => otherSample));
  return (
    count(rows, "splits") >= (SPLITS * (SPLITS - 1)) / 2 &&
    PERTURBED.every((percent) => perturbed.has(`perturbed ${percent}`))
  );
}

function count(rows: readonly ComparisonRow[], kind: ComparisonRow["kind"]): number {
  return rows.filter((row) => row.kind === kind).length;
}

function jaccardOf(rows: readonly ComparisonRow[]): string {
  return mean(rows.map(({ edgeJaccard }) => edgeJaccard)).toFixed(3);
}
