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

test("a circuits stage of version 1 is answered with the stages to write in its place", () => {
  const [, first, ...lines] = refusal(circuits("probe")).split("\n");
  expect(first).toMatch(/^ {2}- stages\.found: edges are scored, .* by a stage each now; write$/);
  const shown = JSON.parse(`{${lines.slice(0, 3).join("")}}`);
  expect(lines[3]).toContain('and in a report "scores": "found-scores", "circuits": "found"');
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

test("one that read several train stages is answered with a set for each", () => {
  const lines = refusal(circuits(["probe", "other"]))
    .split("\n")
    .slice(2, -2);
  expect(lines.map((line) => line.trim().split(":")[0])).toEqual([
    '"found-probe-scores"',
    '"found-probe"',
    '"found-probe-evaluation"',
    '"found-other-scores"',
    '"found-other"',
    '"found-other-evaluation"',
  ]);
});

test("the form of today is not taken for it", () => {
  expect(refusal({ uses: "circuits", inputs: { scores: "none" } })).not.toContain("by a stage each now");
});
