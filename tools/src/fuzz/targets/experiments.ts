/** experiment.json, as `ft check` reads it and as the Nx plugin does. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Experiments } from "@ft/artifacts";
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
    report: { uses: "report", inputs: { data: "data", circuits: "circuits", train: ["probe", "train-*"] } },
  },
  defaults: { train: { epochs: 1 } },
  methods: {
    "lora-4": {
      plan: { method: "uniform", rank: 4 },
      train: { seeds: [2] },
      attribute: true,
      circuits: true,
      inputs: { data: "data" },
    },
  },
  sweep: { examples: { "stages.data.config.examples": [20, 40], seed: [1, 2] } },
};

/** Extends a point of it, which is not damaged. */
const child = {
  extends: "parent--examples-20",
  defaults: { attribute: { steps: 3 } },
  methods: { "lora-4": { plan: { rank: 2 }, circuits: false, attribute: false } },
  stages: {
    probe: { config: { seeds: null } },
    other: {
      uses: "lora",
      config: { plans: [{ name: "a", method: "full" }] },
      inputs: { circuits: "parent--examples-40.circuits" },
    },
  },
};

const models = resolve(import.meta.dirname, "../../../../models");

/** The target of experiment.json read in one of its two ways. */
function experimentRead(name: string, read: (file: string) => unknown): Target {
  return {
    name,
    damage: "json",
    async samples(folder) {
      writeFileSync(join(folder, "nx.json"), "{}");
      symlinkSync(models, join(folder, "models"));
      const contents = { parent: experiment, sample: experiment, child };
      const [, ...samples] = Object.entries(contents).map(([own, content]) => {
        const file = join(folder, "experiments", own, "experiment.json");
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, JSON.stringify(content));
        return { file, bytes: Buffer.from(JSON.stringify(content)), read: () => read(file) };
      });
      return samples;
    },
  };
}

export const experiments: readonly Target[] = [
  experimentRead("experiment", checkExperiment),
  experimentRead("experiment-in-nx", (file) => new Experiments().read(file)),
];
