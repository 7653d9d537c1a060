import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "@ft/artifacts";
import { expect, test } from "vitest";
import { lastError, tryBinding } from "./try-binding.ts";

test("a file that is not a binding fails its self-test with the dynamic linker's error", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ft-try-"));
  const path = join(folder, "tfjs_binding.node");
  writeFileSync(path, "not a library, and long enough to hold a header of one: ".repeat(4));
  try {
    await expect(tryBinding(path, "cpu")).rejects.toThrow(UserError);
    await expect(tryBinding(path, "cpu")).rejects.toThrow(
      /its self-test failed: Error: .*tfjs_binding\.node/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the error that ended a process is found in its output", () => {
  const stderr = `node:internal/modules/cjs/loader:1
    throw e;
Error: /x/tfjs_binding.node: invalid ELF header
    at Object..node (node:internal)
  code: 'ERR_DLOPEN_FAILED'
}

Node.js v20.20.2`;
  expect(lastError(stderr)).toBe("Error: /x/tfjs_binding.node: invalid ELF header");
  expect(lastError("")).toBe("it gave no reason");
});
