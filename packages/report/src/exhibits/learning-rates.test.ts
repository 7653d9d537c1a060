import { expect, test } from "vitest";
import { results } from "../testing/results.ts";
import { learningRates } from "./learning-rates.ts";

test("a rate chosen at an edge of its grid is flagged", () => {
  const [row] = results.learningRates;
  const rates = [1, 2, 3].map((learningRate) => ({ ...row!, learningRate, chosen: learningRate === 3 }));
  const flagged = learningRates({ ...results, learningRates: rates })!;
  expect(flagged.rows.map((cells) => cells.at(-1))).toEqual([false, false, true]);
  expect(flagged.caption).toContain("lora, rank 8, alpha 16: 3, the highest");
  expect(learningRates(results)!.caption).not.toContain("edge");
});
