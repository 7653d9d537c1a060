import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadExperiment } from "@ft/artifacts";
import { expect, test } from "vitest";
import { describeKeyFiles } from "./key-files.ts";

test("a stage that runs a command is listed with the files it names, or with a warning that it names none", async () => {
  const root = mkdtempSync(join(tmpdir(), "ft-key-"));
  const folder = join(root, "experiments/mine");
  mkdirSync(folder, { recursive: true });
  for (const file of ["stage.py", "pairs.csv", "experiment.json"]) writeFileSync(join(folder, file), "");
  writeFileSync(join(root, "nx.json"), "{}");
  const run = "cd experiments/mine && python stage.py";
  const stages = {
    inner: { uses: "data" },
    named: { uses: "data", run, config: { table: "pairs.csv" } },
    unseen: { uses: "data", run: "my-program" },
  };
  writeFileSync(join(folder, "experiment.json"), JSON.stringify({ stages }));
  expect(await describeKeyFiles(loadExperiment(join(folder, "experiment.json")))).toEqual([
    "stage named runs again when one of these files changes: experiments/mine/pairs.csv, experiments/mine/stage.py",
    expect.stringMatching(/^stage unseen: `run` names no file/),
  ]);
  rmSync(root, { recursive: true });
});
