/** The verdicts as tables: every contrast with its estimate, and the rows that it was computed from. */
import type { ExhibitTable } from "../exhibits/exhibit.ts";
import type { Finding } from "./claim.ts";

/** One row per contrast. Units are those of the measure; fractions are fractions. */
export function verdictTable(findings: readonly Finding[]): ExhibitTable {
  return {
    columns: [
      { name: "claim" },
      { name: "claimVerdict", label: "verdict on the claim" },
      { name: "measure" },
      { name: "contrast" },
      { name: "decides" },
      { name: "verdict" },
      { name: "seeds" },
      { name: "examples" },
      { name: "mean" },
      { name: "low" },
      { name: "high" },
      { name: "adjustedP", label: "p (Holm)" },
      { name: "equivalenceMargin", label: "equal within" },
    ],
    rows: findings.flatMap(({ id, verdict: claimVerdict, contrasts }) =>
      contrasts.map(({ measure, name, decides, verdict, estimate }) => {
        const { seeds, examples, mean, low, high, p, equivalence } = estimate;
        const judged = [id, claimVerdict, measure, name, decides !== false, verdict];
        return [...judged, seeds, examples, mean, low, high, p, equivalence];
      }),
    ),
  };
}

/** One row per row of another table that a contrast was computed from. */
export function verdictRows(findings: readonly Finding[]): ExhibitTable {
  return {
    columns: ["claim", "contrast", "table", "plan", "draw", "seed", "step"].map((name) => ({ name })),
    rows: findings.flatMap(({ id, contrasts }) =>
      contrasts.flatMap(({ name, rows }) =>
        rows.map(({ table, plan, draw, seed, step }) => [id, name, table, plan, draw, seed, step]),
      ),
    ),
  };
}
