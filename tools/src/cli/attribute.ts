import { type Command, Option } from "commander";
import { examples } from "./examples.ts";
import { fraction, positiveInteger } from "./numbers.ts";
import {
  joinOption,
  openModelAndPairs,
  type PairsOptions,
  pairsOption,
  unusableOption,
} from "./open-model.ts";

interface Options extends PairsOptions {
  model: string;
  out: string;
  method: "eap" | "eap-ig";
  metric: "kl" | "logit-diff";
  grid: "paper" | "library";
  normalize: "mean" | "library";
  libraryBatch?: number;
  steps: number;
  fraction: number;
  edges?: number;
}

export function attribute(program: Command): void {
  program
    .command("attribute")
    .description(
      "score every edge of a local GPT-NeoX on contrast pairs, and mark the circuit of the highest scores",
    )
    .requiredOption("--model <folder>", "Hugging Face folder: config.json, safetensors, tokenizer.json")
    .addOption(pairsOption())
    .addOption(joinOption())
    .addOption(unusableOption())
    .requiredOption("--out <file>", "the graph with its scores, as the EAP-IG library's JSON")
    .addOption(new Option("--method <name>", "attribution").choices(["eap", "eap-ig"]).default("eap-ig"))
    .addOption(
      new Option("--metric <name>", "what the circuit preserves").choices(["kl", "logit-diff"]).default("kl"),
    )
    .addOption(
      new Option(
        "--grid <name>",
        "path from the corrupted prompt: paper ends at the clean one, library starts at k = 0",
      )
        .choices(["paper", "library"])
        .default("paper"),
    )
    .addOption(
      new Option(
        "--normalize <name>",
        "mean over examples, or as the library, which divides by their number twice",
      )
        .choices(["mean", "library"])
        .default("mean"),
    )
    .option(
      "--library-batch <n>",
      "examples a batch of the library's normalisation (default: all)",
      positiveInteger,
    )
    .option("--steps <n>", "points of the path", positiveInteger, 5)
    .option("--fraction <f>", "share of edges marked as the circuit, before pruning", fraction, 0.05)
    .option("--edges <n>", "number of edges marked instead of a share", positiveInteger)
    .addHelpText(
      "after",
      examples(
        ["ft attribute --model pythia-70m --pairs pairs.jsonl --out graph.json", "EAP-IG as the paper"],
        ["ft attribute ... --metric logit-diff --grid library --normalize library", "as the EAP-IG library"],
      ),
    )
    .action(run);
}

async function run(options: Options): Promise<void> {
  const { createGraph, createProgress, GraphNames, writeCircuitJson } = await import("@ft/artifacts");
  const { attribute, edgeCount, firstEdges, prune, rankEdges, sizeOf } = await import("@ft/circuits");
  const { ops, model, pairs } = await openModelAndPairs(options.model, options, options.metric);
  const progress = createProgress();
  progress.start(pairs.length, "attributing", "examples");
  const { method, metric, grid, normalize, steps, libraryBatch } = options;
  const scores = attribute(ops, model, pairs, {
    method,
    metric,
    grid,
    normalize,
    steps,
    ...(libraryBatch && { libraryBatch }),
    progress: (examples) => progress.advance(examples),
  });
  progress.stop();
  const graph = createGraph(model.config);
  const names = new GraphNames(graph);
  const top = firstEdges(
    graph,
    rankEdges(names, scores),
    options.edges ?? edgeCount(graph, options.fraction),
  );
  const set = prune(graph, top);
  writeCircuitJson(options.out, { names, dModel: model.config.dModel, scores, set });
  console.log(`${options.out}: ${graph.edges} edges scored, ${sizeOf(set)} in the circuit`);
}
