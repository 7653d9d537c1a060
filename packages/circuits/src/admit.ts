/** Checks tables that an outside command wrote in place of an attribute, circuits or evaluate stage. */
import {
  type CheckpointKey,
  type CircuitKey,
  changesSchema,
  circuitsSchema,
  describeCheckpoint,
  evaluationSchema,
  isSameCheckpoint,
  RANDOM_MODEL,
  type StageContext,
  scanTable,
  scoresSchema,
  tablePath,
  UserError,
} from "@ft/artifacts";
import { circuitOfRow, collapse, createGraph, type Graph, graphOfRow, scoresOfRow } from "@ft/graph";
import { graphShape, listCheckpoints, loadModelConfig } from "@ft/model";

type Context = Pick<StageContext<unknown>, "output" | "model" | "inputs">;

/**
 * Scores must be of the model's graph, one per edge, at checkpoints that exist.
 * @throws UserError naming the first row that is not
 */
export async function admitScores({ output, model, inputs }: Context): Promise<void> {
  const file = tablePath(output, scoresSchema);
  const graph = createGraph(graphShape(await loadModelConfig(model)));
  const isThere = keyChecker(listCheckpoints(given(inputs, "train")), "checkpoints.arrow", file);
  for (const row of scanTable(file, scoresSchema)) {
    checkGraph(row, graph, file);
    scoresOfRow(row, file);
    if (row.plan !== RANDOM_MODEL) isThere(row);
  }
}

/**
 * Circuits must be of the model's graph, with existing edges and correct counts, at checkpoints that have scores;
 * changes must be between circuits of the table.
 * @throws UserError naming the first row that is not
 */
export async function admitCircuits(context: Context): Promise<void> {
  const scored = Array.from(scanTable(given(context.inputs, "scores"), scoresSchema), keyOf);
  const isThere = keyChecker(scored, "scores.arrow", tablePath(context.output, circuitsSchema));
  await checkCircuits(context, isThere);
}

/**
 * Unions must be of the model's graph, with existing edges and correct counts; changes must be between circuits of the table.
 * @throws UserError naming the first row that is not
 */
export async function admitUnion(context: Context): Promise<void> {
  await checkCircuits(context, () => undefined);
}

async function checkCircuits(
  { output, model }: Context,
  isThere: (key: CheckpointKey) => void,
): Promise<void> {
  const file = tablePath(output, circuitsSchema);
  const graph = createGraph(graphShape(await loadModelConfig(model)));
  const circuits = new Set<string>();
  for (const row of scanTable(file, circuitsSchema)) {
    checkGraph(row, graph, file);
    isThere(row);
    const { nodes, edges } = collapse(circuitOfRow(row, file));
    if (row.nodes !== nodes.size || row.collapsedEdges !== edges.size) {
      throw new UserError("a circuit's counts do not match its edges", {
        file,
        place: describeCheckpoint(row),
        value: `${row.nodes} nodes, ${row.collapsedEdges} collapsed edges`,
        remedy: `its edges have ${nodes.size} nodes at their ends, and are ${edges.size} with q, k and v as one`,
      });
    }
    circuits.add(circuitText(row, row.step));
  }
  const changes = tablePath(output, changesSchema);
  for (const row of scanTable(changes, changesSchema)) {
    const missing = [row.fromStep, row.toStep].find((step) => !circuits.has(circuitText(row, step)));
    if (missing !== undefined) throw unknownPlace(changes, { ...row, step: missing }, "circuits.arrow");
  }
}

/**
 * Evaluations must be of circuits in the table, or from files, in the models of checkpoints that exist.
 * @throws UserError naming the first row that is not
 */
export async function admitEvaluation({ output, inputs }: Context): Promise<void> {
  const file = tablePath(output, evaluationSchema);
  const checkpoints = keyChecker(listCheckpoints(given(inputs, "train")), "checkpoints.arrow", file);
  const circuits = (inputs.circuits ?? []).flatMap((folder) =>
    Array.from(scanTable(folder, circuitsSchema), keyOf),
  );
  const isThere = keyChecker(circuits, "circuits.arrow", file);
  for (const row of scanTable(file, evaluationSchema)) {
    if (!row.rule.startsWith("file ")) isThere(row);
    const { modelPlan: plan, modelDraw: draw, modelSeed: seed, modelStep: step } = row;
    checkpoints({ plan, draw, seed, step });
  }
}

/** The folder in a role whose table the rows must match. */
function given(inputs: Context["inputs"], role: string): string {
  const folder = inputs[role]?.[0];
  if (folder !== undefined) return folder;
  throw new UserError(`the input "${role}" is missing`, {
    place: "inputs",
    remedy: "name the stage whose checkpoints the tables describe",
  });
}

function checkGraph(row: CheckpointKey & Parameters<typeof graphOfRow>[0], graph: Graph, file: string): void {
  if (graph.equals(row)) return;
  throw new UserError("a row's graph is not the model's", {
    file,
    place: describeCheckpoint(row),
    value: graphOfRow(row).describe(),
    remedy: `the model's has ${graph.describe()}`,
  });
}

/** A function that refuses rows at a checkpoint outside the given ones. */
function keyChecker(
  known: readonly CheckpointKey[],
  table: string,
  file: string,
): (row: CheckpointKey) => void {
  let latest: CheckpointKey | undefined;
  return (row) => {
    if (latest && isSameCheckpoint(latest, row)) return;
    latest = known.find((key) => isSameCheckpoint(key, row));
    if (!latest) throw unknownPlace(file, row, table);
  };
}

function unknownPlace(file: string, key: CheckpointKey, table: string): UserError {
  return new UserError(`a row is about a checkpoint that ${table} does not have`, {
    file,
    value: describeCheckpoint(key),
  });
}

function keyOf({ plan, draw, seed, step }: CheckpointKey): CheckpointKey {
  return { plan, draw, seed, step };
}

function circuitText(
  {
    plan,
    draw,
    seed,
    sample,
    rule,
    size,
  }: Pick<CircuitKey, "plan" | "draw" | "seed" | "sample" | "rule" | "size">,
  step: number,
): string {
  return JSON.stringify([plan, draw, seed, sample, rule, size, step]);
}
