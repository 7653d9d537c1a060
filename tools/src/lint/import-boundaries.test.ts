/** The import rules of biome.json, on files that break them and files that keep them. */

import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** [file, what it says, part of the message it must be reported with (null: none)]. */
const cases: readonly (readonly [string, string, string | null])[] = [
  ["packages/bytes/src/b1.js", 'import { x } from "@ft/artifacts"; x();', "no other package"],
  ["packages/bytes/src/b2.js", 'import { x } from "apache-arrow"; x();', "neither tensors nor Arrow"],
  ["packages/experiment/src/e1.js", 'import { x } from "@ft/bytes"; x();', null],
  ["packages/experiment/src/e2.js", 'import { x } from "@ft/artifacts"; x();', "only @ft/bytes"],
  ["packages/experiment/src/e3.js", 'import { x } from "apache-arrow"; x();', "neither tensors nor Arrow"],
  ["packages/artifacts/src/a1.ts", 'import { x } from "@ft/model"; x();', "only @ft/bytes"],
  ["packages/artifacts/src/a6.ts", 'import { x } from "@ft/experiment"; x();', null],
  ["packages/artifacts/src/a5.ts", 'import { x } from "@ft/bytes"; x();', null],
  ["packages/artifacts/src/a2.ts", 'import { x } from "../../model/src/index.ts"; x();', "by its name"],
  ["packages/artifacts/src/a3.ts", 'import { x } from "apache-arrow"; x();', null],
  ["packages/artifacts/src/a4.ts", 'import { x } from "@tensorflow/tfjs-core"; x();', "tensorflow.js"],
  ["packages/graph/src/g1.ts", 'import { x } from "@ft/artifacts"; x();', null],
  ["packages/graph/src/g2.ts", 'import { x } from "@ft/model"; x();', "only @ft/artifacts"],
  ["packages/graph/src/g3.ts", 'import { x } from "apache-arrow"; x();', "neither tensors nor Arrow"],
  ["packages/model/src/m8.ts", 'import { x } from "@ft/graph"; x();', "model imports only"],
  ["packages/circuits/src/c7.ts", 'import { x } from "@ft/graph"; x();', null],
  ["packages/model/src/m1.ts", 'import { x } from "@ft/artifacts"; x();', null],
  ["packages/model/src/m2.ts", 'import { x } from "@ft/train"; x();', "model imports only"],
  ["packages/model/src/m8.ts", 'import { x } from "@ft/bytes"; x();', "model imports only"],
  [
    "packages/model/src/m3.ts",
    'import type { X } from "@ft/artifacts/dist/x.js"; export type Y = X;',
    "name",
  ],
  ["packages/model/src/decoder/m4.ts", 'import { x } from "@tensorflow/tfjs-core"; x();', "tensorflow.js"],
  ["packages/model/src/decoder/m5.ts", 'import { x } from "@ft/backend"; x();', null],
  ["packages/backend/src/b1.ts", 'import { x } from "@ft/model"; x();', "backend imports only"],
  ["packages/backend/src/m6.ts", 'import { x } from "@tensorflow/tfjs-core"; x();', null],
  ["packages/backend/src/m7.ts", 'import { x } from "apache-arrow"; x();', "Arrow"],
  ["packages/circuits/src/c1.ts", 'import { x } from "@ft/train"; x();', "A stage imports only"],
  ["packages/circuits/src/c2.ts", 'const { x } = await import("@ft/tools"); x();', "A stage imports only"],
  ["packages/circuits/src/c3.ts", 'export * from "../../train/src/index.ts";', "by its name"],
  ["packages/circuits/src/c4.ts", 'export * from "../../train/dist/index.js";', "by its name"],
  [
    "packages/circuits/src/c5.ts",
    'import { x } from "@ft/model"; import { y } from "@ft/artifacts"; x(y);',
    null,
  ],
  ["packages/circuits/src/c6.ts", 'import { x } from "../../backend/src/testing/all-close.ts"; x();', null],
  ["packages/report/src/r1.ts", 'import { Table } from "apache-arrow"; new Table();', "Arrow"],
  ["packages/report/src/r2.ts", 'import { x } from "@ft/circuits"; x();', "A stage imports only"],
  ["tools/nx/n1.mjs", 'import { x } from "@ft/experiment"; x();', null],
  ["tools/nx/n2.mjs", 'import { x } from "../../packages/bytes/src/index.js"; x();', "by its name"],
  ["tools/src/t1.ts", 'import { x } from "@ft/circuits"; x();', null],
  ["tools/src/t2.ts", 'import { x } from "@ft/circuits/src/graph/graph.ts"; x();', "by its name"],
  ["tools/src/t3.ts", 'const tf = await import("@tensorflow/tfjs-core"); tf.x();', "tensorflow.js"],
  ["packages/graph/src/z1.ts", 'import { b } from "./z2.ts"; export const a = () => b;', "part of a cycle"],
  ["packages/graph/src/z2.ts", 'import { a } from "./z1.ts"; export const b = () => a;', "part of a cycle"],
  ["test/w1.test.ts", 'import { x } from "../packages/circuits/src/graph/graph.ts"; x();', "by its name"],
];

describe("biome.json reports an import across a boundary or in a circle, and only that", () => {
  const folder = mkdtempSync(join(tmpdir(), "ft-boundaries-"));
  const messages = new Map<string, string[]>();

  beforeAll(() => {
    copyFileSync(join(root, "biome.json"), join(folder, "biome.json"));
    for (const [file, text] of cases) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), `${text}\n`);
    }
    const { stdout } = spawnSync(
      process.execPath,
      [
        join(root, "node_modules/@biomejs/biome/bin/biome"),
        "lint",
        "--vcs-enabled=false",
        "--max-diagnostics=none",
        "--reporter=json",
      ],
      { cwd: folder, encoding: "utf8" },
    );
    const report: { diagnostics: { category: string; message: string; location: { path: string } }[] } =
      JSON.parse(stdout);
    for (const { category, message, location } of report.diagnostics) {
      if (!/noRestrictedImports|noImportCycles/.test(category)) continue;
      messages.set(location.path, [...(messages.get(location.path) ?? []), message]);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(cases)("%s: %s", (file, _, expected) => {
    if (expected === null) expect(messages.get(file) ?? []).toEqual([]);
    else expect(messages.get(file)?.join("\n") ?? "").toContain(expected);
  });
});
