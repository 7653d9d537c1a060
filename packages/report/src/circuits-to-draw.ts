/** The two circuits that are drawn side by side. */
import { circuitsSchema, isSameRun, type RunKey, scanTable, scoresSchema, tablePath } from "@ft/artifacts";
import { type Circuit, circuitOfRow, mainChoice, scoresOfRow } from "@ft/graph";

/** A checkpoint's circuit, with the scores of all edges. */
export interface CircuitToDraw extends Circuit {
  step: number;
}

/** The first and the last main circuit of a run. */
export interface CircuitsToDraw {
  run: RunKey;
  before: CircuitToDraw;
  after: CircuitToDraw;
}

/**
 * The first run's first and last main circuit; undefined if there is only one.
 * @param scores folder of the attribute stage
 * @param circuits folder of the circuits stage that read these scores
 */
export function readCircuitsToDraw(scores: string, circuits: string): CircuitsToDraw | undefined {
  const choice = mainChoice(circuits);
  const found = Array.from(scanTable(circuits, circuitsSchema)).filter(
    ({ sample, rule, size }) => sample === choice.sample && rule === choice.rule && size === choice.size,
  );
  const [first] = found;
  const last = first && found.findLast((row) => isSameRun(row, first));
  if (!first || first === last) return undefined;
  const file = tablePath(scores, scoresSchema);
  const withScores = ({ step, ...row }: (typeof found)[number]): CircuitToDraw | undefined => {
    const { edges } = circuitOfRow({ step, ...row }, tablePath(circuits, circuitsSchema));
    for (const scored of scanTable(file, scoresSchema)) {
      if (isSameRun(scored, row) && scored.step === step && scored.sample === row.sample)
        return { step, edges, ...scoresOfRow(scored, file) };
    }
    return undefined;
  };
  const [before, after] = [withScores(first), withScores(last!)];
  return before && after && { run: first, before, after };
}
