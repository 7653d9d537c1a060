import { join } from "node:path";
import { defineConfig } from "vitest/config";

// Nx sets it for all its tasks; programs that tests run would then print colours into what the tests read.
delete process.env.FORCE_COLOR;

const counting = process.env.FT_TEST_COUNTS !== undefined;
const bootstrap = join(import.meta.dirname, "tools/bootstrap");

export default defineConfig({
  resolve: { conditions: ["@ft/source"] },
  ssr: { resolve: { conditions: ["@ft/source"] } },
  test: {
    // Relative to the folder that the tests are run in: the workspace's root, or a package.
    include: ["**/*.test.ts"],
    exclude: ["**/{node_modules,dist,runs,.nx,.cache}/**"],
    ...(counting && { reporters: ["default", join(bootstrap, "count-reporter.mjs")] }),
    globalSetup: join(bootstrap, "temporary-files.mjs"),
    pool: "forks",
    maxWorkers: 2,
    // A module is loaded once in a worker, not once in a file: four fifths of the time of most packages' tests. No test file mocks
    // modules or leaves global state behind.
    isolate: false,
    unstubEnvs: true,
    testTimeout: 180_000,
  },
});
