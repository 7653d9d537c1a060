import { expect, test } from "vitest";
import { bulleted, UserError } from "./user-error.js";

test("a user error gives problem, file, place, value and remedy, each on its own line", () => {
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

test("unknown parts are left out", () => {
  expect(new UserError("nothing works").message).toBe("nothing works");
});

test("values that JSON cannot represent are shown too, long ones cut", () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  expect(new UserError("x", { value: Number.NaN }).message).toContain("value: NaN");
  expect(new UserError("x", { value: 5n }).message).toContain("value: 5");
  expect(new UserError("x", { value: cycle }).message).toContain("value: [object Object]");
  expect(new UserError("x", { value: "y".repeat(10_000) }).message.length).toBeLessThan(300);
});

test("a message has at most 20 lines and 4 kB, and keeps where the mistake is and what to do", () => {
  const many = Array.from({ length: 20_000 }, (_, i) => `mistake ${i}`);
  const at = { file: "f.json", place: "line 3", value: "v", remedy: "mend it" };
  const { message } = new UserError(bulleted("there are 20000 mistakes", many), at);
  const lines = message.split("\n");
  expect(lines).toHaveLength(20);
  expect(lines.slice(0, 2)).toEqual(["there are 20000 mistakes", "  - mistake 0"]);
  expect(lines.slice(-5)).toEqual([
    "  ... and 19986 more lines",
    "  file: f.json",
    "  place: line 3",
    '  value: "v"',
    "  mend it",
  ]);
  for (const problem of ["x".repeat(1e6), "ä".repeat(1e6), bulleted("t", Array(15).fill("é".repeat(499)))]) {
    const long = new UserError(problem, { ...at, file: "f".repeat(1e6), place: "p".repeat(1e6) }).message;
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(4096);
    expect(long).toContain("  mend it");
  }
});

test("a remedy that is too long by itself is cut too", () => {
  const remedy = Array.from({ length: 30 }, (_, i) => `step ${i}`).join("\n");
  expect(new UserError("x", { remedy }).message.split("\n")).toHaveLength(20);
});

test("no more is cut than necessary", () => {
  const lines = Array.from({ length: 20 }, (_, i) => `line ${i}`).join("\n");
  expect(new UserError(lines).message).toBe(lines);
});

test("text from a file cannot control the terminal", () => {
  const { message } = new UserError("bad \x1b[2J name\r", { place: "\x07" });
  expect(message).toBe("bad \\x1b[2J name\\x0d\n  place: \\x07");
});
