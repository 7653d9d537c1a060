import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { verifyFile, writeFileAtomic } from "@ft/artifacts";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../packages/artifacts/src/testing/temporary-folder.ts";
import { writeCircuits } from "../../../packages/graph/src/testing/write-circuits.ts";
import { main } from "./main.ts";
import { capturePrinted } from "./testing/capture-printed.ts";

const printed = capturePrinted();
const shape = { layers: 1, heads: 2, parallel: true };

/** A graph file in the paper's form, with one edge. */
function writeGraph(file: string, edge: string, layers = 1) {
  const json = {
    cfg: { n_layers: layers, n_heads: 2, parallel_attn_mlp: true },
    nodes: Object.fromEntries(edge.split("->").map((name) => [name, true])),
    edges: { [edge]: { score: 2, in_graph: true } },
  };
  writeFileAtomic(file, JSON.stringify(json));
  return file;
}

/** What the page embeds. */
const embedded = (file: string) =>
  JSON.parse(/id="circuits">(.*?)<\/script>/.exec(readFileSync(file, "utf8"))![1]!);

test("ft draw makes a page of graph files and of all checkpoints of a stage, with its origin in the manifest", async () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  const files = [
    writeGraph(at("a_add_epoch0.json"), "input->m0"),
    writeGraph(at("a_add_r2_epoch4.json"), "m0->logits"),
  ];
  await main(["draw", ...files, "--title", "Two files", "--out", at("files.html")]);
  expect(printed.out).toBe(`${at("files.html")}: 2 circuits of 1, 1 edges\n`);
  expect(embedded(at("files.html"))).toMatchObject({
    ...{ title: "Two files", about: "From a_add_epoch0.json, a_add_r2_epoch4.json." },
    ...{ layers: 1, heads: 2, checkpoints: ["epoch0", "r2_epoch4"] },
  });
  expect(Object.keys(verifyFile(at("files.html")).inputs)).toEqual(files);

  const circuits = [0, 7].map((step) => ({ step, circuit: { "input->m0": step } }));
  await writeCircuits(at("circuits"), shape, circuits);
  await main(["draw", at("circuits"), "--out", at("stage.html")]);
  expect(embedded(at("stage.html")).checkpoints).toEqual(["step 0", "step 7"]);
  await main(["draw", files[0]!, at("circuits"), "--out", at("both.html")]);
  expect(embedded(at("both.html")).checkpoints).toEqual([
    ...["a_add_epoch0", "circuits, step 0", "circuits, step 7"],
  ]);
});

test("ft draw refuses other models, inputs as output, options without effect and other formats", async () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  const [one, other] = [writeGraph(at("a.json"), "input->m0"), writeGraph(at("b.json"), "input->m1", 2)];
  await main(["draw", one, other, "--out", at("c.html")]);
  expect(printed.err).toContain("the circuits are of different graphs");
  await main(["draw", one, "--out", at("c.svg")]);
  expect(printed.err).toContain("--out is not an .html file");
  await main(["draw", one, "--seed", "1", "--out", at("c.html")]);
  expect(printed.err).toContain("--seed has no effect on graph files");
  await main(["draw", at("none"), "--out", at("c.html")]);
  expect(printed.err).toContain("this is not a circuit");
  expect([existsSync(at("c.html")), existsSync(at("c.svg")), process.exitCode]).toEqual([false, false, 1]);
});
