import {
  type ChangeRow,
  type CircuitRow,
  changesSchema,
  circuitsSchema,
  createProvenance,
  type EvaluationRow,
  evaluationSchema,
  type ScoresRow,
  scoresSchema,
  writeTable,
} from "@ft/artifacts";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../artifacts/src/testing/temporary-folder.ts";
import { admitCircuits, admitEvaluation, admitScores } from "./admit.ts";
import { Workbench } from "./testing/run-stages.ts";

let bench: Workbench;
let scores: ScoresRow[];
let circuits: CircuitRow[];
let changes: ChangeRow[];
let evaluation: EvaluationRow[];
beforeAll(async () => {
  bench = new Workbench("kept");
  ({ scores } = await bench.attribute());
  ({ circuits, changes } = await bench.select({ fraction: 0.4, fractions: [] }));
  ({ evaluation } = await bench.evaluate());
});

/** The context of a stage that has written some tables. */
async function context(output: string, more: Record<string, string[]> = {}) {
  const { model, inputs } = await bench.inputs();
  return { output, model, inputs: { ...inputs, ...more } };
}

const provenance = createProvenance();

describe("scores of an outside command", () => {
  const admit = async (rows: readonly ScoresRow[]) => {
    const folder = temporaryFolder();
    await writeTable(folder, scoresSchema, rows, provenance);
    await admitScores(await context(folder));
  };

  test("are admitted in the form the stage writes, at all checkpoints or some", async () => {
    await admit(scores);
    await admit(scores.slice(1));
  });

  test.each<[string, Partial<ScoresRow>, RegExp]>([
    [
      "another graph",
      { heads: 3 },
      /graph is not the model's[\s\S]*scores\.arrow[\s\S]*2 layers of 3 heads[\s\S]*has 2 layers of 2/,
    ],
    ["a sequential graph", { parallel: false }, /sequential MLPs\)[\s\S]*parallel MLPs/],
    ["too few scores", { scores: [1, 2] }, /scores, not 2/],
    [
      "a step of no checkpoint",
      { step: 7 },
      /that checkpoints\.arrow does not have[\s\S]*lora-r2, seed 1, step 7/,
    ],
    ["a run that was not trained", { plan: "other" }, /does not have[\s\S]*other, seed 1, step 0/],
  ])("of %s are refused", async (_, change, message) => {
    await expect(admit([{ ...scores[0]!, ...change }])).rejects.toThrow(message);
  });

  test("need the train stage whose runs they are of", async () => {
    const { model, inputs } = await bench.inputs();
    const { train: _, ...without } = inputs;
    await expect(admitScores({ output: bench.at("scores"), model, inputs: without })).rejects.toThrow(
      'the input "train" is missing',
    );
  });
});

describe("circuits of an outside command", () => {
  const admit = async (rows: readonly CircuitRow[], changed: readonly ChangeRow[] = []) => {
    const folder = temporaryFolder();
    await writeTable(folder, circuitsSchema, rows, provenance);
    await writeTable(folder, changesSchema, changed, provenance);
    await admitCircuits(await context(folder, { scores: [bench.at("scores")] }));
  };

  test("are admitted in the form the stage writes", async () => {
    await admit(circuits, changes);
  });

  test.each<[string, Partial<CircuitRow>, RegExp]>([
    ["another graph", { layers: 3 }, /graph is not the model's[\s\S]*circuits\.arrow/],
    ["an edge beyond the graph", { edges: [10 ** 6], scores: [1] }, /its graph does not have[\s\S]*1000000/],
    ["a wrong number of nodes", { nodes: 99 }, /counts do not match its edges[\s\S]*99 nodes/],
    ["a wrong number of edges", { collapsedEdges: 99 }, /counts do not match its edges[\s\S]*99 collapsed/],
    ["a step without scores", { step: 7 }, /that scores\.arrow does not have[\s\S]*step 7/],
  ])("with %s are refused", async (_, change, message) => {
    await expect(admit([{ ...circuits[0]!, ...change }])).rejects.toThrow(message);
  });

  test("are refused if a change is between missing circuits", async () => {
    const [change] = changes as [ChangeRow];
    await expect(admit(circuits, [{ ...change, size: 0.3 }])).rejects.toThrow(/changes\.arrow[\s\S]*step 0/);
    await expect(admit(circuits, [{ ...change, toStep: 9 }])).rejects.toThrow(
      /circuits\.arrow does not have[\s\S]*step 9/,
    );
  });
});

describe("evaluations of an outside command", () => {
  const admit = async (rows: readonly EvaluationRow[]) => {
    const folder = temporaryFolder();
    await writeTable(folder, evaluationSchema, rows, provenance);
    await admitEvaluation(await context(folder, { circuits: [bench.at("circuits")] }));
  };

  test("are admitted in the form the stage writes, including circuits from files", async () => {
    await admit(evaluation);
    await admit([{ ...evaluation[0]!, rule: "file mine/circuit.json" }]);
  });

  test.each<[string, Partial<EvaluationRow>, RegExp]>([
    ["a circuit", { step: 1, plan: "other" }, /circuits\.arrow does not have[\s\S]*other, seed 1, step 1/],
    ["a model", { modelStep: 8 }, /checkpoints\.arrow does not have[\s\S]*step 8/],
  ])("of %s that does not exist are refused", async (_, change, message) => {
    await expect(admit([{ ...evaluation[0]!, ...change }])).rejects.toThrow(message);
  });
});
