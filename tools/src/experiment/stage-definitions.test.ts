import { kinds } from "@ft/artifacts";
import { expect, test } from "vitest";
import { stageDefinitions } from "./stage-definitions.ts";

test("every kind of stage that is declared is defined in its package, and no other", async () => {
  expect([...(await stageDefinitions()).keys()].sort()).toEqual(Object.keys(kinds).sort());
});
