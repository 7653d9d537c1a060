/** What pages have in common that show verdicts: contrasts in numbers, and what is missing. */
import type { Estimate, JudgedContrast, Unit } from "../claims/claim.ts";
import { asPercent, asPoints } from "../format.ts";
import { Table } from "./table.tsx";

const plain = (value: number): string => value.toFixed(2).replace(/^-(0\.0*)$/, "$1");

/** How numbers of a unit are shown; fractions as percentage points. */
export const unitFormats: Record<Unit, { suffix: string; format: (value: number) => string }> = {
  points: { suffix: " points", format: asPoints },
  percent: { suffix: "", format: asPercent },
  ratio: { suffix: "", format: plain },
  // An interval over seeds can reach beyond what a correlation can be.
  correlation: { suffix: "", format: (value) => plain(Math.max(-1, Math.min(1, value))) },
  Jaccard: { suffix: "", format: (value) => value.toFixed(3) },
};

/** A mean with its 95% interval: "+0.48 points (-1.15 to +2.11)". */
export function estimateText({ mean, low, high }: Estimate, unit: Unit): string {
  const { format, suffix } = unitFormats[unit];
  const interval = low === null ? "" : ` (${format(low)} to ${format(high!)})`;
  return `${format(mean)}${suffix}${interval}`;
}

interface Props {
  contrasts: readonly (JudgedContrast & { tasks?: readonly string[] })[];
}

/** Contrasts with their estimates; those pooled over tasks with the number of tasks. */
export function Contrasts({ contrasts }: Props) {
  const pooled = contrasts.some(({ tasks }) => tasks);
  const crossed = contrasts.some(({ estimate }) => estimate.examples !== null);
  const powered = contrasts.some(({ estimate }) => estimate.detectable !== null);
  const columns = [
    { name: "contrast" },
    ...(pooled ? [{ name: "tasks" }] : []),
    { name: "seeds", label: pooled ? "seeds in all" : "seeds" },
    ...(crossed ? [{ name: "examples", label: pooled ? "examples in all" : "examples" }] : []),
    { name: "estimate", label: `mean (95% interval over seeds${crossed ? " and examples" : ""})` },
    { name: "p", label: "p (Holm)", format: (value: number) => value.toPrecision(2) },
    { name: "excludes", label: "the interval excludes" },
    { name: "equal", label: "equal within" },
    ...(powered ? [{ name: "detectable", label: "found with 80% power" }] : []),
    { name: "verdict" },
  ];
  const rows = contrasts.map(({ name, tasks, decides, verdict, unit, excludes, estimate }) => {
    const { format, suffix } = unitFormats[unit];
    const size = (value: number | null) => value && `${format(value).replace("+", "")}${suffix}`;
    return [
      name,
      ...(pooled ? [tasks?.length ?? null] : []),
      estimate.seeds,
      ...(crossed ? [estimate.examples] : []),
      estimateText(estimate, unit),
      estimate.p,
      excludes.join(", "),
      size(estimate.equivalence),
      ...(powered ? [size(estimate.detectable)] : []),
      decides === false ? `reported (${verdict})` : verdict,
    ];
  });
  return <Table columns={columns} rows={rows} />;
}

/** What would decide a claim that is inconclusive. */
export function Missing({ parts }: { parts: readonly string[] }) {
  if (parts.length === 0) return null;
  return (
    <div class="missing">
      What would decide it:
      <ul>
        {parts.map((part) => (
          <li key={part}>{part}</li>
        ))}
      </ul>
    </div>
  );
}

/** A verdict in its colour. */
export function VerdictText({ verdict }: { verdict: string }) {
  return <span class={`verdict ${verdict.replaceAll(" ", "-")}`}>{verdict}</span>;
}
