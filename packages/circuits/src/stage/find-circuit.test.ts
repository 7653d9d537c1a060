import { parseConfig } from "@ft/artifacts";
import { openBackend } from "@ft/backend";
import { createGraph, GraphNames } from "@ft/graph";
import { graphShape } from "@ft/model";
import { expect, test } from "vitest";
import { configSchema } from "../config.ts";
import { tinyConfig, tinyModel } from "../testing/write-inputs.ts";
import { findCircuit } from "./find-circuit.ts";

test("a checkpoint whose output does not depend on the corruption is refused by name", async () => {
  const search = {
    ops: await openBackend({ mute: true }),
    names: new GraphNames(createGraph(graphShape(tinyConfig))),
    pairs: [{ clean: [0, 1, 2], corrupted: [0, 3, 2], answer: 4 }],
    config: parseConfig(configSchema, { random: 0 }),
    seed: 1,
    progress() {},
  };
  const weights = new Map(
    [...tinyModel.weights].map(([name, { shape, data }]) => [name, { shape, data: data.slice().fill(0) }]),
  );
  const find = () =>
    findCircuit(search, { run: "lora-2", seed: 3, step: 40 }, { ...tinyModel, weights }, [0.5]);
  expect(find).toThrow(
    /^the faithfulness of circuits is undefined: .*\n {2}place: run lora-2, seed 3, step 40\n.*the model's kl is 0/,
  );
});
