import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { kinds } from "@ft/artifacts";
import { experimentKeys, methodParts, stageKeys } from "@ft/experiment";
import { expect, test } from "vitest";
import { experimentSchema } from "./json-schema.ts";
import { stageDefinitions } from "./stage-definitions.ts";

test("the schema for editors is up to date: `npx ft schemas --experiment > schemas/experiment.schema.json`", async () => {
  const committed = readFileSync(
    resolve(import.meta.dirname, "../../../schemas/experiment.schema.json"),
    "utf8",
  );
  const schema = experimentSchema(await stageDefinitions());
  expect(JSON.parse(committed)).toEqual(JSON.parse(JSON.stringify(schema)));
});

test("it knows every key of the language, and of every kind's configuration", async () => {
  // biome-ignore lint/suspicious/noExplicitAny: looked into at several depths
  const schema = experimentSchema(await stageDefinitions()) as any;
  expect(Object.keys(schema.properties)).toEqual(Object.keys(experimentKeys));
  const [stage] = schema.properties.stages.additionalProperties.anyOf;
  expect(Object.keys(stage.properties)).toEqual(Object.keys(stageKeys));
  const [method] = schema.properties.methods.additionalProperties.anyOf;
  expect(Object.keys(method.properties)).toEqual([...methodParts.map(({ part }) => part), "inputs"]);
  expect(Object.keys(schema.$defs)).toEqual(Object.keys(kinds));
  expect(schema.$defs.data.properties.import.properties.all.description).toMatch(/split/);
  expect(JSON.stringify(schema.$defs)).not.toContain('"required":[');
});
