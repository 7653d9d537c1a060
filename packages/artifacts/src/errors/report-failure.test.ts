import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "@ft/bytes";
import { expect, test } from "vitest";
import { reportFailure } from "./report-failure.ts";

function report(error: unknown, isTTY = false): string {
  const parts: string[] = [];
  reportFailure(error, { isTTY, write: (part: string) => parts.push(part) > 0 } as NodeJS.WriteStream);
  return parts.join("");
}

test("a person's mistake is shown without a stack, a bug with one", () => {
  expect(report(new UserError("no such stage"))).toBe("error no such stage\n");
  expect(report(new TypeError("x is not a function"))).toMatch(
    /^error TypeError: x is not a function\n +at /,
  );
  expect(report("just a text")).toBe("error just a text\n");
});

test("a full disk is reported with what to do, and without a stack", () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  expect(report(full)).toBe(
    "error ENOSPC: no space left on device, write\n  free some space on the disk and run it again\n",
  );
});

test.each([
  "Array buffer allocation failed",
  "WebAssembly.Memory(): could not allocate memory",
  "WebAssembly.instantiate(): Out of memory: Cannot allocate Wasm memory for new instance",
])("a lack of memory is reported with what to do, and without a stack: %s", (message) => {
  expect(report(new RangeError(message))).toMatch(
    /^error there is not enough memory: .*\n {2}raise the memory limit.*\n$/,
  );
});

const thisFile = fileURLToPath(import.meta.url);

test.each([
  ["in a folder's place", thisFile],
  ["in a parent folder's place", join(thisFile, "folder")],
])("a file %s is reported with what to do, and without a stack", (_, folder) => {
  let problem: unknown;
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    problem = error;
  }
  expect(report(problem)).toMatch(
    /^error E\w+: .*\n {2}a file is where a folder is needed: choose another path\n$/,
  );
});

test("colours are for terminals", () => {
  expect(report(new UserError("oh"))).not.toContain("\x1b[");
});
