/** experiment.json, as `ft check` reads it and as the Nx plugin does. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkExperiment } from "../../experiment/check-experiment.ts";
import type { Target } from "../target.ts";

const experiment = {
  description: "a sample",
  model: "models/nano",
  seed: 1,
  stages: {
    data: { uses: "data", config: { examples: 40, split: { circuit: 0.2 } } },
    plan: { uses: "lora", config: { plans: [{ name: "lora-2", method: "uniform", rank: 2 }] } },
    probe: { uses: "train", inputs: { data: "data", plan: "plan" }, config: { seeds: [1], epochs: 1 } },
    scores: {
      uses: "attribute",
      inputs: { data: "data", plan: "plan", train: "probe" },
      config: { steps: 2 },
    },
    circuits: { uses: "circuits", inputs: { scores: "scores" }, config: { fraction: 0.2 } },
    own: { uses: "data", run: "python own.py --flag", config: { anything: [1] } },
    report: { uses: "report", inputs: { data: "data", circuits: "circuits", train: ["probe"] } },
  },
};

/** The target of experiment.json read in one of its two ways. */
function experimentRead(name: string, read: (file: string) => unknown): Target {
  return {
    name,
    damage: "json",
    async samples(folder) {
      const own = join(folder, "experiments", "sample");
      mkdirSync(own, { recursive: true });
      const file = join(own, "experiment.json");
      return [{ file, bytes: Buffer.from(JSON.stringify(experiment)), read: () => read(file) }];
    },
  };
}

/** The plugin's parser is plain JavaScript that no build moves. */
const { parseExperiment } = await import(new URL("../../../nx/experiment.mjs", import.meta.url).href);

export const experiments: readonly Target[] = [
  experimentRead("experiment", checkExperiment),
  experimentRead("experiment-in-nx", (file) => parseExperiment("sample", readFileSync(file, "utf8"))),
];
