/** `npm run kills`: see kills.ts. */
import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: join(import.meta.dirname, "../.."),
  resolve: { conditions: ["@ft/source"] },
  ssr: { resolve: { conditions: ["@ft/source"] } },
  test: {
    include: ["test/kills/kills.ts"],
    pool: "forks",
    testTimeout: 4 * 3_600_000,
    hookTimeout: 900_000,
    disableConsoleIntercept: true,
  },
});
