/** The exhibits of what the report stage does not read. */
import { expect, test } from "vitest";
import { column, legendOf, svgOf } from "../testing/exhibits.ts";
import { withAdapter, withPatching } from "../testing/further.ts";
import { results } from "../testing/results.ts";
import { adapters } from "./adapters.ts";
import { patching } from "./patching.ts";

const text = (value: unknown) => String(value).replaceAll("\u00a0", " ");

test("kinds of adapters are shown only if there are circuits of several plans", () => {
  expect(adapters(results)).toBeUndefined();
  expect(adapters(withAdapter(results, "full"))).toBeDefined();
});

test("a row per plan has change, its ratio, faithfulness at both ends and what circuit and model answer", () => {
  const exhibit = adapters(withAdapter(results, "lora-r8"))!;
  const [probe, other] = exhibit.rows.map((cells) => cells.map(text));
  expect(probe!.slice(0, 6)).toEqual(["probe", "unknown", "2", "33.3, n = 1", "100.0, n = 1", "3.0"]);
  expect(other).toEqual([
    ...["lora-r8", "lora, rank 8, alpha 16", "2", "50.0, n = 2", "150.0, n = 2"],
    ...["3.0", "90.0, n = 1"],
    ...["65.0 (1.5 to 128.5), n = 2", "60.0", "80.0, n = 2", "90.0, n = 2"],
  ]);
});

test("the figure has a column per plan, its data are in a table by seed, and no plan changes at its first checkpoint", () => {
  const exhibit = adapters(withAdapter(results, "full"))!;
  expect(legendOf(exhibit)).toHaveLength(5);
  expect(svgOf(exhibit).textContent).toMatch(/probe.*full/);
  const { columns, rows } = exhibit.bySeed!;
  const at = (name: string) => columns.findIndex((column) => column.name === name);
  expect(rows.map((row) => [row[at("seed")], row[at("step")], row[at("edgeChange")]])).toEqual([
    ...[
      [1, 0, 0],
      [1, 2, 1],
      [1, 0, 0],
      [1, 2, 1.5],
      [2, 0, 0],
      [2, 2, 1.5],
    ],
  ]);
});

test("exact patching has a row per run and checkpoint, with the circuits of both methods", () => {
  expect(patching(results)).toBeUndefined();
  const exhibit = patching(withPatching(results))!;
  expect(column(exhibit, "correlation").shown).toEqual(["0.500", "0.600", "0.500", "0.800"]);
  expect(column(exhibit, "overlap5").shown[0]).toBe("55.0%");
  expect(column(exhibit, "exactFaithfulness").values).toEqual([0.95, 0.95, null, null]);
  expect(column(exhibit, "methodFaithfulness").values).toEqual([0.9, 0.9, null, null]);
  expect(exhibit.caption).toContain("on 50 examples");
  expect(legendOf(exhibit)).toEqual(["checkpoint 0", "checkpoint 2", "by chance"]);
});
