import { expect, test } from "vitest";
import { earlierForms } from "./earlier-form.ts";

const inputs = { data: "data", plan: "plan", train: ["probe"] };

test("a stage that did all about circuits is shown as the three stages it is now", () => {
  const config = { method: "eap", metric: "kl", fraction: 0.1, random: 2 };
  const [problem, ...others] = earlierForms({ stages: { c: { uses: "circuits", inputs, config } } });
  expect(others).toEqual([]);
  expect(problem).toMatch(/^stages\.c: edges are scored, .* by a stage each now; write\n/);
  const lines = problem!.split("\n").slice(1, -1);
  expect(JSON.parse(`{${lines.join("")}}`)).toEqual({
    "c-scores": { uses: "attribute", inputs, config: { method: "eap", metric: "kl" } },
    c: { uses: "circuits", inputs: { scores: "c-scores" }, config: { fraction: 0.1, random: 2 } },
    "c-evaluation": { uses: "evaluate", inputs: { circuits: "c", ...inputs }, config: { metric: "kl" } },
  });
  expect(problem).toContain('and in a report "scores": "c-scores"');
});

test.each([
  null,
  { stages: [] },
  { stages: { c: null, d: { uses: "circuits" }, e: { uses: "circuits", inputs: { scores: "s" } } } },
  { stages: { t: { uses: "evaluate", inputs } } },
])("%j is not of an earlier form", (content) => {
  expect(earlierForms(content)).toEqual([]);
});
