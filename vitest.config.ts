import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@ft/source"] },
  ssr: { resolve: { conditions: ["@ft/source"] } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "tools/**/*.test.ts", "test/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
  },
});
