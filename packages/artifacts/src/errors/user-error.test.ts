import { expect, test } from "vitest";
import { UserError } from "./user-error.ts";

test("a user error names problem, file, place, value and remedy, one a line", () => {
  const error = new UserError("the rank is negative", {
    file: "experiment.json",
    place: "stages.plan.config.rank",
    value: -1,
    remedy: "give a rank of at least 1",
  });
  expect(error.message).toBe(
    [
      "the rank is negative",
      "  file: experiment.json",
      "  place: stages.plan.config.rank",
      "  value: -1",
      "  give a rank of at least 1",
    ].join("\n"),
  );
});

test("parts that are not known leave no trace", () => {
  expect(new UserError("nothing works").message).toBe("nothing works");
});

test("values that JSON cannot say are shown too, long ones cut", () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  expect(new UserError("x", { value: Number.NaN }).message).toContain("value: NaN");
  expect(new UserError("x", { value: 5n }).message).toContain("value: 5");
  expect(new UserError("x", { value: cycle }).message).toContain("value: [object Object]");
  expect(new UserError("x", { value: "y".repeat(10_000) }).message.length).toBeLessThan(300);
});
