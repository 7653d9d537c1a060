/** Exported graphs in real PyTorch, if Python has it, and in the EAP-IG library, if FT_EAP_IG names a checkout of it. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../packages/artifacts/src/testing/temporary-folder.ts";
import { main } from "./main.ts";
import { capturePrinted } from "./testing/capture-printed.ts";

const fixtures = join(import.meta.dirname, "../../../test/fixtures/eap-ig");
const python = process.env.FT_PYTHON ?? "python";
const library = process.env.FT_EAP_IG;
const able = spawnSync(python, ["-c", "import torch"]).status === 0;
const noTorch = able ? "" : " (skipped: python has no torch; FT_PYTHON names another)";
const noLibrary = able && library ? "" : " (skipped: python has no torch, or FT_EAP_IG names no EAP-IG)";

capturePrinted();

/** Runs Python, which must succeed. */
function run(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(python, args, { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  return stdout;
}

/** Compares ours, mapped into memory, with theirs; pairs that are not edges score 0 in ours only. */
const SAME_TENSORS = `
import sys, torch
ours = torch.load(sys.argv[1], weights_only=True, mmap=True)
theirs = torch.load(sys.argv[2], weights_only=True)
assert ours["cfg"] == theirs["cfg"], ours["cfg"]
for key in ["src_nodes", "dst_nodes"]:
    assert ours[key] == theirs[key], key
for key in ["edges_in_graph", "nodes_in_graph"]:
    assert ours[key].dtype == torch.bool and ours[key].shape == theirs[key].shape, key
assert torch.equal(ours["nodes_in_graph"], theirs["nodes_in_graph"])
scores = ours["edges_scores"]
assert scores.dtype == torch.float32 and torch.equal(scores[scores != 0], theirs["edges_scores"][scores != 0])
print(int((scores != 0).sum()))
`;

test.skipIf(!able)(
  `torch.load of weights only reads an exported graph, value by value${noTorch}`,
  async () => {
    const out = join(temporaryFolder(), "graph.pt");
    for (const [name, edges] of Object.entries({ parallel: 69, sequential: 75 })) {
      const file = join(fixtures, `${name}.pt`);
      await main(["export", "graph", file, "--out", out]);
      expect(run("-c", SAME_TENSORS, out, file).trim()).toBe(`${edges}`);
    }
  },
  300_000,
);

test.skipIf(!able || !library)(
  `the EAP-IG library loads an exported graph of either format as its own, and MIB's importances${noLibrary}`,
  async () => {
    const folder = temporaryFolder();
    for (const name of ["parallel", "sequential", "all-keys"]) {
      const own = join(fixtures, `${name}.pt`);
      await main(["export", "mib", own, "--name", `${name}_x`, "--out", folder]);
      const outs = [join(folder, `${name}.json`), join(folder, `${name}.pt`)];
      for (const out of outs) await main(["export", "graph", own, "--out", out]);
      for (const out of [...outs, join(folder, `${name}_x/importances.json`)])
        expect(run(join(fixtures, "make.py"), library!, "--same", own, out)).toMatch(/^same: \d+ edges/);
    }
  },
  300_000,
);
