import { expect, test } from "vitest";
import { listTasks, preview } from "./preview.ts";
import { modelFolder } from "./testing/model-folder.ts";

test("the list of tasks says what each is, its numbers and its options", () => {
  expect(listTasks().map(({ name, examples, circuit }) => [name, examples, circuit])).toEqual([
    ["add-sub", 6_250, 0.08],
    ["mul-div", 3_500, 0.12],
    ["sequence", 6_250, 0.16],
    ["lcm", 2_500, 0.2],
    ["function", 6_250, 0.16],
    ["composition", 6_250, 0.16],
    ["ioi", 6_250, 0.16],
    ["greater-than", 6_250, 0.16],
    ["subject-verb-agreement", 6_250, 0.16],
    ["docstring", 6_250, 0.16],
  ]);
  for (const { description, options } of listTasks()) {
    expect(description.length).toBeGreaterThan(20);
    for (const option of options) expect(option.description.length).toBeGreaterThan(10);
  }
});

test("options are listed with their defaults and values", () => {
  const options = Object.fromEntries(listTasks().map(({ name, options }) => [name, options]));
  expect(options["add-sub"]).toMatchObject([{ name: "within", default: 100 }]);
  expect(options.composition).toMatchObject([
    { name: "part", default: "whole", values: ["whole", "add-sub", "mul-div"] },
  ]);
  expect(options.lcm).toEqual([]);
});

test("a preview takes options as text and gives the rows that an experiment would have", async () => {
  const model = modelFolder();
  const rows = await preview({ model, config: { task: "add-sub", options: { within: "30" }, examples: 20 } });
  expect(rows.length).toBe(20);
  expect(
    await preview({ model, config: { task: "add-sub", options: { within: 30 }, examples: 20 } }),
  ).toEqual(rows);
  expect(await preview({ model, seed: 1, config: { task: "add-sub", examples: 20 } })).not.toEqual(rows);
});

test("a preview of an invalid configuration is an error with its path", async () => {
  const request = preview({ model: modelFolder(), config: { options: { within: "many" } } });
  await expect(request).rejects.toThrow("options.within");
});
