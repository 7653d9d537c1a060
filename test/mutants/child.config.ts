/** The tests with one mutant in the code, in memory; FT_MUTANT is its number among all, or empty for none. */
import { join } from "node:path";
import { defineConfig, mergeConfig } from "vitest/config";
import base from "../../vitest.config.ts";
import { applyMutant } from "./apply.ts";
import { mutants } from "./declared/index.ts";

const root = join(import.meta.dirname, "../..");
const number = process.env.FT_MUTANT;
const mutant = number ? mutants[Number(number)]!.mutant : undefined;

export default mergeConfig(
  base,
  defineConfig({
    root,
    cacheDir: process.env.FT_MUTANT_CACHE!,
    plugins: [
      {
        name: "mutant",
        enforce: "pre",
        transform: (code, id) =>
          mutant && id === join(root, mutant.file) ? applyMutant(mutant, code) : undefined,
      },
    ],
    test: { maxWorkers: 1, isolate: false, bail: 1, reporters: ["dot"] },
  }),
);
