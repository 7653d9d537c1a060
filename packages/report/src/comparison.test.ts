import { expect, test } from "vitest";
import { summarize } from "./comparison.ts";
import { findings } from "./findings/index.ts";
import { results } from "./testing/results.ts";

test("a method's accuracy is its last checkpoint's, its difference paired by seed against the circuit-aware one", () => {
  const [uniform, aware] = summarize(results);
  expect(uniform).toMatchObject({ method: "lora-r8", seeds: 3 });
  expect(uniform!.meanAccuracy).toBeCloseTo(0.72, 12);
  expect(uniform!.difference).toBeCloseTo(-0.1, 12);
  expect(aware).toMatchObject({ method: "circuit-lora", difference: null });
});

test("parameters are those of the plan's modules", () => {
  expect(summarize(results).map(({ trainableParameters }) => trainableParameters)).toEqual([8 * 16, 24 * 16]);
});

test("a gain is shown only where its interval leaves out zero", () => {
  const claim = (metrics: typeof results.metrics) =>
    findings({ ...results, metrics }).find(({ claim }) => claim.startsWith("circuit-lora"))!;
  expect(claim(results.metrics).verdict).toBe("shown");
  const noisy = results.metrics.map((row) =>
    row.run === "lora-r8" && row.step > 0
      ? { ...row, heldOutAccuracy: [0.2, 0.99, 0.9][row.seed - 1]! }
      : row,
  );
  expect(claim(noisy)).toMatchObject({
    verdict: "unclear",
    evidence: expect.stringContaining("no difference"),
  });
  const worse = results.metrics.map((row) =>
    row.run === "circuit-lora" && row.step > 0 ? { ...row, heldOutAccuracy: 0.3 + row.seed / 100 } : row,
  );
  expect(claim(worse).verdict).toBe("not shown");
});
