import { expect, test } from "vitest";
import { column } from "../testing/exhibits.ts";
import { results } from "../testing/results.ts";
import { loss } from "./loss.ts";

test("values from before training are not a training loss", () => {
  const steps = new Set(column(loss(results)!, "step").values);
  expect([...steps]).toEqual([2]);
});
