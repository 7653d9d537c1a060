import type { Combination } from "@ft/graph";
import type { Command } from "commander";
import { examples, fraction, positiveInteger, runOptions, stepOption } from "./arguments.ts";

interface Options {
  plan?: string;
  draw?: number;
  seed?: number;
  size?: number;
  step: ReturnType<typeof stepOption>;
  edges?: number;
  whole?: string;
  out: string;
}

/** `ft union`: the paper's union of the circuits of a composed task's parts. */
export function union(program: Command): void {
  combination(program, "union", "unite circuits, as the paper does with those of a composed task's parts");
}

/** `ft intersection`: the same for what is in all of the circuits. */
export function intersection(program: Command): void {
  combination(program, "intersection", "keep what is in all of some circuits");
}

function combination(program: Command, how: Combination, what: string): void {
  const command = program
    .command(how)
    .description(
      `${what}: an edge has the mean of the scores it has in the circuits that contain it, the edges with the largest |score| are kept, and nodes without an edge dropped`,
    )
    .argument(
      "<circuits...>",
      "the folders of circuits or attribute stages, their tables, or graph files (.json or .pt) of the EAP-IG library",
    );
  runOptions(command)
    .option(
      "--size <f>",
      "size of circuits as a share of all edges (default: that of the main circuits; 0.05 for an attribute stage's scores)",
      fraction,
    )
    .option("--step <step>", "checkpoint of every table: a step, first or last", stepOption, "last")
    .option(
      "--edges <n>",
      "edges kept, q, k and v of a head counted as one (default: as many as --whole has, else all)",
      positiveInteger,
    )
    .option("--whole <circuit>", "the composed task's own circuit, which the result is compared with")
    .requiredOption(
      "--out <file>",
      "a graph file, .json or .pt; q, k and v are collapsed in it if they are in an input, which .pt cannot hold",
    )
    .addHelpText(
      "after",
      examples(
        [`ft ${how} add-sub.json mul-div.json --edges 11479 --out ${how}.json`, "two graph files"],
        [
          `ft ${how} runs/add-sub/circuits runs/mul-div/circuits --whole runs/composition/circuits --out ${how}.json`,
          "after fine-tuning, with as many edges as the composition's own circuit",
        ],
      ),
    )
    .action((paths: string[], options: Options) => run(how, paths, options));
}

async function run(how: Combination, paths: string[], options: Options): Promise<void> {
  const { collapse, combineCircuits, combineCollapsed, findCircuit, overlap } = await import("@ft/graph");
  const { checkGraphName, formatCollapsedJson, graphFile, graphFileBytes } = await import("@ft/graph");
  const { codeHash, createProvenance, formatInteger, hashFile, UserError, writeSealedFile } = await import(
    "@ft/artifacts"
  );
  const { checkOut } = await import("./provenance.ts");
  const { out, whole: wholePath, edges, ...pick } = options;
  checkGraphName(out);
  await checkOut(out, [...paths, ...(wholePath === undefined ? [] : [wholePath])]);
  const found = paths.map((path) => findCircuit(path, pick));
  const whole = wholePath === undefined ? undefined : findCircuit(wholePath, pick);
  const most = edges ?? whole?.collapsed.edges.size;
  const circuits = found.flatMap(({ circuit }) => circuit ?? []);
  const runnable = circuits.length === found.length ? combineCircuits(how, circuits, most) : undefined;
  const collapsed = found.map((circuit) => circuit.collapsed);
  const combined = runnable ? collapse(runnable) : combineCollapsed(how, collapsed, most);
  const dModel = found.find((circuit) => circuit.dModel !== undefined)?.dModel;
  if (!runnable && out.endsWith(".pt"))
    throw new UserError("a .pt file cannot hold edges whose q, k and v are collapsed, as an input's are", {
      file: found.find(({ circuit }) => !circuit)?.file,
      remedy: "name a .json file as --out",
    });
  const contents = runnable ? graphFileBytes(out, { ...runnable, dModel }) : formatCollapsedJson(combined);
  const inputs = [...found, ...(whole ? [whole] : [])].map(({ file }) => [file, hashFile(file)]);
  const provenance = createProvenance({
    inputs: Object.fromEntries(inputs),
    config: { how, ...pick, ...(most !== undefined && { edges: most }) },
    code: codeHash("tools"),
  });
  writeSealedFile(out, contents, graphFile, provenance);

  const count = (size: number) => formatInteger(size);
  console.log(`${out}: ${count(combined.edges.size)} edges, ${count(combined.nodes.size)} nodes`);
  if (!whole) return;
  for (const what of ["edges", "nodes"] as const) {
    const { jaccard, shareOfSecond } = overlap(combined[what], whole.collapsed[what]);
    const share = `${(100 * shareOfSecond).toFixed(1)}% of its ${count(whole.collapsed[what].size)}`;
    console.log(`${what} shared with the whole's own circuit: ${share}, Jaccard ${jaccard.toFixed(4)}`);
  }
}
