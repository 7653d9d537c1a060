import { describe, expect, it } from "vitest";
import { parseExperiment } from "./experiment.mjs";

const good = {
  description: "two stages",
  model: "models/nano",
  seed: 1,
  stages: {
    data: { uses: "data", config: { task: "add-sub", files: ["a.csv"] } },
    probe: { uses: "train", inputs: { data: "data", plan: ["data"] }, run: "python 'my train.py' --out=x" },
  },
};

/** The problems of the good experiment after `change`. */
function problemsAfter(
  change: (experiment: ReturnType<typeof structuredClone<typeof good>>) => void,
): string[] {
  const experiment = structuredClone(good);
  change(experiment);
  return parseExperiment("tiny", JSON.stringify(experiment)).problems ?? [];
}

describe("parseExperiment", () => {
  it("keeps what the graph is made of", () => {
    expect(parseExperiment("tiny", JSON.stringify(good)).experiment).toEqual({
      model: "models/nano",
      stages: [
        { name: "data", uses: "data", inputs: [], outside: false, words: ["add-sub", "a.csv"] },
        {
          name: "probe",
          uses: "train",
          inputs: ["data"],
          outside: true,
          words: ["python", "my", "train.py", "--out", "x"],
        },
      ],
    });
  });

  it("takes the embedded base model where none is named", () => {
    const { model: _, ...rest } = good;
    expect(parseExperiment("tiny", JSON.stringify(rest)).experiment?.model).toBe("models/nano");
  });

  it("says where a file stops being JSON", () => {
    const { problems } = parseExperiment("tiny", '{ "model": "m", ');
    expect(problems).toHaveLength(1);
    expect(problems?.[0]).toMatch(/^not JSON: .*JSON/);
  });

  it.each(["[]", "null", "3"])("refuses %s, which is no object", (text) => {
    expect(parseExperiment("tiny", text).problems).toEqual(["not a JSON object"]);
  });

  it("names every problem with its place", () => {
    const text =
      '{ "model": 3, "stages": { "a.b": { "uses": "dat" }, "c": { "uses": "data", "run": " " } } }';
    expect(parseExperiment("My.Runs", text).problems).toEqual([
      'folder name "My.Runs": expected lower-case letters and digits, with single hyphens between them',
      "model: expected the folder of the base model as a string",
      "stages.a.b: expected lower-case letters and digits, with single hyphens between them",
      'stages.a.b.uses: expected one of data, lora, train, circuits, report, not "dat"',
      "stages.c.run: expected a command as a string",
    ]);
  });

  it("refuses an experiment without stages", () => {
    expect(problemsAfter((experiment) => Object.assign(experiment, { stages: {} }))).toEqual([
      "stages: expected an object with at least one stage",
    ]);
  });

  it("refuses an input that no stage makes", () => {
    expect(
      problemsAfter((experiment) => Object.assign(experiment.stages.probe.inputs, { plan: "plans" })),
    ).toEqual(['stages.probe.inputs: no stage is named "plans"; there are data, probe']);
  });

  it("refuses inputs that are no names", () => {
    expect(
      problemsAfter((experiment) => Object.assign(experiment.stages.probe, { inputs: { data: 3 } })),
    ).toEqual(["stages.probe.inputs: expected roles, each with the name of a stage or a list of such names"]);
  });

  it("refuses stages that wait for each other", () => {
    expect(
      problemsAfter((experiment) => Object.assign(experiment.stages.data, { inputs: { train: "probe" } })),
    ).toEqual(["stages: data, probe wait for each other or for a stage that does"]);
  });
});
