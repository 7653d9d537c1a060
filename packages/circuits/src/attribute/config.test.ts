import { parseConfig } from "@ft/artifacts";
import { expect, test } from "vitest";
import { z } from "zod";
import { attributeConfig } from "./config.ts";

const parse = (config: object) => parseConfig(attributeConfig, config, { place: "config" });

test("an empty configuration is the paper's", () => {
  expect(parse({})).toMatchObject({
    method: "eap-ig",
    steps: 5,
    grid: "paper",
    metric: "kl",
    normalize: "mean",
  });
});

test.each([
  [{ method: "eap", steps: 5 }, "config.steps: has no effect with method eap"],
  [{ method: "eap", grid: "paper" }, "config.grid: has no effect with method eap"],
  [{ method: "exact", steps: 3 }, "config.steps: has no effect with method exact"],
  [
    { method: "eap-ig-activations", grid: "paper" },
    "has no effect with method eap-ig-activations (averaged over paths of each layer's outputs, one at a time); leave it out, or choose method eap-ig",
  ],
  [{ method: "eap-ig-activations", steps: 1 }, "config.steps: makes every score 0"],
  [{ grid: "library", steps: 1, reference: "corrupted" }, "config.steps: makes every score 0"],
  [{ method: "eap", reference: "clean" }, "config.reference: makes every score 0"],
  [{ metric: "probability", reference: "clean" }, "config.reference: has no effect with metric probability"],
  [{ ablation: "mean" }, "config.ablation: has no corrupted prompt, which method eap-ig takes gradients at"],
  [{ method: "exact", normalize: "library" }, "config.normalize: has no effect with method exact"],
  [{ samples: { halves: 1 }, normalize: "library" }, "config.samples: are means over examples"],
  [{ model: "random", checkpoints: "ends" }, "config.checkpoints: have no effect with model random"],
  [{ samples: { perturbed: [40, 40] } }, "config.samples.perturbed: has a number twice"],
  [{ libraryBatch: 8 }, "config.libraryBatch: has no effect with normalize mean"],
  [{ steps: 1 }, "config.steps: makes every score 0"],
  [{ steps: 2 ** 31 }, "config.steps: is more than 1000"],
  [{ steps: 1e300 }, "config.steps"],
  [{ normlize: "mean" }, "did you mean `normalize`?"],
])("%o is refused: %s", (config, message) => {
  expect(() => parse(config)).toThrow(message);
});

test.each([
  { method: "eap" },
  { normalize: "library", libraryBatch: 8 },
  { steps: 1, grid: "library" },
  { steps: 1, metric: "logit-diff" },
  { steps: 2 },
  { method: "eap-ig", steps: 1, reference: "corrupted", metric: "js" },
  { method: "clean-corrupted", reference: "corrupted" },
  { method: "exact", ablation: "mean-positional", reference: "corrupted" },
  { method: "eap-ig-activations", ablation: "zero" },
  { samples: { halves: 20, splits: 5, bootstrap: 20, perturbed: [10, 90] } },
])("%o has an effect and is allowed", (config) => {
  expect(parse(config)).toMatchObject(config);
});

test("the help of the stage knows every key with its default", () => {
  const { properties } = z.toJSONSchema(attributeConfig, { io: "input" });
  expect(properties).toMatchObject({
    steps: { default: 5 },
    grid: { default: "paper" },
  });
});
