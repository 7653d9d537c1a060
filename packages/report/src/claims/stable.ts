/** Circuits are stable: fine-tuning changes them more than other examples or another seed do. */
import { type Claim, withoutTable } from "./claim.ts";

export const stable: Claim = {
  id: "stable",
  claim: "Circuits are stable: other examples or another seed change them less than fine-tuning does",
  question: "Is a circuit a property of the model rather than of the examples it was found on?",
  source: "Circuits are stable when 10 to 90% of the data are perturbed.",
  applies: ({ circuits }) => circuits.length > 0,
  criteria: [
    {
      measure:
        "Edge Jaccard of halves minus between seeds, and between seeds minus before and after; no table has them yet",
      contrasts: () => [],
      holds: [{ of: "low", is: "above", value: 0 }],
      fails: { contrasts: "some", any: [{ of: "high", is: "below", value: 0 }] },
    },
  ],
  controls: [
    withoutTable(
      "the Jaccard of circuits found on 20 pairs of halves of the examples, and over a bootstrap of them",
    ),
    withoutTable("the Jaccard of circuits of two training seeds at the same step"),
    withoutTable("the paper's 5 splits and its perturbation of 10 to 90% of the examples"),
    withoutTable("the same of a randomly initialised model"),
  ],
  evidence: () => ["How much circuits vary with the examples and with the seed was not measured."],
};
