import { kinds } from "@ft/artifacts";
import { expect, test } from "vitest";
import { configSchemas } from "./config-schemas.ts";

test("every kind of stage that is declared is defined in its package, and no other", async () => {
  expect(Object.keys(await configSchemas()).sort()).toEqual(Object.keys(kinds).sort());
});
