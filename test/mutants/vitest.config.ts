/** `npm run mutants`: every mutant is a test that passes if the mutant is killed. */
import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: join(import.meta.dirname, "../.."),
  test: {
    include: ["test/mutants/run.ts"],
    reporters: ["verbose"],
    testTimeout: 10 * 60_000,
    maxConcurrency: 2,
    disableConsoleIntercept: true,
  },
});
