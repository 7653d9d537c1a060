import { expect, test } from "vitest";
import { repository } from "./testing/repository.ts";

const stages = {
  data: { uses: "data" },
  plan: { uses: "lora" },
  probe: { uses: "train", inputs: { data: "data", plan: "plan" } },
};
const circuits = (train: unknown) => ({
  uses: "circuits",
  inputs: { data: "data", plan: "plan", train },
  config: { method: "eap", metric: "kl", fraction: 0.1, random: 2 },
});
const refusal = (entry: unknown) =>
  repository({ tiny: { stages: { ...stages, found: entry } } }).refusal("tiny");

test("a circuits stage of version 1 is refused with the stages to write instead", () => {
  const [, first, ...lines] = refusal(circuits("probe")).split("\n");
  expect(first).toMatch(/^ {2}- stages\.found: an earlier version's form: /);
  const shown = JSON.parse(`{${lines.slice(0, 3).join("")}}`);
  const read = { data: "data", plan: "plan", train: "probe" };
  expect(shown).toEqual({
    "found-scores": { uses: "attribute", inputs: read, config: { method: "eap", metric: "kl" } },
    found: { uses: "circuits", inputs: { scores: "found-scores" }, config: { fraction: 0.1, random: 2 } },
    "found-evaluation": {
      uses: "evaluate",
      inputs: { circuits: "found", ...read },
      config: { metric: "kl" },
    },
  });
});

test("one that read several train stages is refused with a set of stages for each", () => {
  const lines = refusal(circuits(["probe", "other"]))
    .split("\n")
    .slice(2, -1);
  expect(lines.map((line) => line.trim().split(":")[0])).toEqual([
    '"found-probe-scores"',
    '"found-probe"',
    '"found-probe-evaluation"',
    '"found-other-scores"',
    '"found-other"',
    '"found-other-evaluation"',
  ]);
});

test("the current form is not mistaken for it", () => {
  expect(refusal({ uses: "circuits", inputs: { scores: "none" } })).not.toContain("earlier version");
});
