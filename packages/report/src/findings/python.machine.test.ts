/** The tables of docs/python.md, recomputed by its own lines. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { writeFinished, writeModel } from "../testing/finished.ts";
import { readExperiments } from "./read-experiments.ts";
import { findingsOf } from "./write-findings.ts";

const able = spawnSync("python", ["-c", "import pandas, pyarrow"]).status === 0;
const skipped = able ? "" : " (skipped: python has no pandas with pyarrow)";
const folder = mkdtempSync(join(tmpdir(), "ft-python-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.skipIf(!able)(`the findings' gains are those of ten lines of pandas${skipped}`, async () => {
  const model = await writeModel(join(folder, "model"));
  for (const name of ["lcm", "sequence"]) await writeFinished(join(folder, "results"), name, model);
  const document = readFileSync(join(import.meta.dirname, "../../../../docs/python.md"), "utf8");
  const [lines] = document.split("## The findings' tables")[1]!.split("```python\n")[1]!.split("```");
  const script = lines!.replace('"circuit"', '"circuit-lora"').replace('"budget"', '"lora-r8"');
  const { stdout, stderr } = spawnSync("python", ["-c", `${script}\nprint(gains.mean().to_json())`], {
    ...{ cwd: folder, encoding: "utf8" },
  });
  expect(stderr).toBe("");
  const { findings } = findingsOf(await readExperiments(join(folder, "results"), [model]));
  const own = findings.find(({ claim }) => claim.id === "gain")!.tasks;
  const means = own.map(({ experiment, finding }) => [experiment, finding.contrasts[0]!.estimate.mean]);
  const gains: Record<string, number> = JSON.parse(stdout.trim().split("\n").at(-1)!);
  expect(gains).toEqual(
    Object.fromEntries(means.map(([name, mean]) => [name, expect.closeTo(Number(mean), 12)])),
  );
});
