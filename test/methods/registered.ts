/** Whatever is registered is run by the experiment, whose values the other files check: a new method must be added there. */
import { comparisonKinds, kinds, layerRules } from "@ft/artifacts";
import { ablationNames, choicesInForce, grids, methodNames, metricNames, references } from "@ft/circuits";
import { combinations, controls, ruleNames } from "@ft/graph";
import { planMethods } from "@ft/lora";
import { adapterKinds } from "@ft/model";
import { expect, test } from "vitest";
import { adapterPlans, experiment, layerPlans, rules } from "./experiment.ts";
import { layerRuleNames } from "./layers.ts";

const plans = [...Object.values(adapterPlans), ...Object.values(layerPlans)];
const configs = (uses: string) =>
  Object.values(experiment.stages)
    .filter((stage) => stage.uses === uses)
    .map(({ config = {} }) => config);
const attributions = configs("attribute").map(choicesInForce);
const chosen = (values: readonly unknown[]) =>
  [...new Set(values.filter((value) => value !== undefined))].sort();

test.each<[what: string, registered: readonly string[], run: readonly unknown[]]>([
  ["kind of stage", Object.keys(kinds), Object.values(experiment.stages).map(({ uses }) => uses)],
  [
    "kind of adapter",
    adapterKinds.map(({ name }) => name),
    plans.map(({ kind, method }) => (method === "full" ? "full" : (kind ?? "lora"))),
  ],
  ["method of planning", planMethods, plans.map(({ method }) => method)],
  ["rule of layers", layerRules, layerRuleNames.filter((rule) => rule in layerPlans)],
  ["method of attribution", methodNames, attributions.map(({ method }) => method)],
  ["grid", grids, attributions.map(({ grid }) => grid)],
  ["reference", references, attributions.map(({ reference }) => reference)],
  ["metric", metricNames, attributions.map(({ metric }) => metric)],
  ["ablation of attribution", ablationNames, attributions.map(({ ablation }) => ablation)],
  ["ablation of evaluation", ablationNames, configs("evaluate").map(({ ablation = "patching" }) => ablation)],
  ["rule of selection", ruleNames, configs("circuits").map(({ rule = "top" }) => rule)],
  ["combination", combinations, configs("union").map(({ combine = "union" }) => combine)],
])("every %s is run", (_, registered, run) => {
  expect(chosen(run)).toEqual(chosen(registered));
});

test("controls and comparisons are those that the tests of circuits know", () => {
  expect(Object.keys(controls)).toEqual(["random", "random-nodes", "next", "common"]);
  expect(comparisonKinds).toHaveLength(9);
  expect(Object.keys(rules)).toHaveLength(ruleNames.length - 1);
});
