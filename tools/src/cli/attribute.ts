import type { AttributionChoices } from "@ft/circuits";
import type { EdgeScores } from "@ft/graph";
import { type Command, Option } from "commander";
import { examples, fraction, positiveInteger } from "./arguments.ts";
import { addMemoryOption, type MemoryOption } from "./memory-option.ts";
import {
  addModelOptions,
  addPairsOptions,
  type ModelOptions,
  openModelAndPairs,
  type PairsOptions,
} from "./open-model.ts";
import { checkOut, commandProvenance } from "./provenance.ts";

/** Share of edges marked as the circuit if neither a share nor a number is given: the paper's. */
const FRACTION = 0.05;

interface Options extends AttributionChoices, ModelOptions, PairsOptions, MemoryOption {
  out: string;
  fraction?: number;
  edges?: number;
  nodes: "library" | "paper";
}

export function attribute(program: Command): void {
  const command = program
    .command("attribute")
    .description(
      "score every edge of a local model, or of a checkpoint, on contrast pairs, and mark the circuit of the highest scores",
    );
  addMemoryOption(addPairsOptions(addModelOptions(command)))
    .requiredOption(
      "--out <file>",
      "the graph with its scores for the EAP-IG library, .json or .pt; FILE.manifest.json says where they came from",
    )
    .option(
      "--method <name>",
      "attribution: eap, eap-ig, eap-ig-activations, clean-corrupted, or exact, which patches edge by edge (default: eap-ig)",
    )
    .option("--metric <name>", "what the circuit preserves: kl, js, logit-diff or probability (default: kl)")
    .addOption(
      new Option(
        "--reference <run>",
        "the run that a divergence is measured from (default: corrupted for eap, clean for the others)",
      ).choices(["clean", "corrupted"]),
    )
    .option(
      "--ablation <name>",
      "what an edge carries instead: patching, zero, mean or mean-positional (default: patching)",
    )
    .addOption(
      new Option(
        "--grid <name>",
        "eap-ig's path from the corrupted prompt: paper ends at the clean one, library starts at k = 0 (default: paper)",
      ).choices(["paper", "library"]),
    )
    .addOption(
      new Option(
        "--normalize <name>",
        "mean over examples, or as the library, which divides by their number twice (default: mean)",
      ).choices(["mean", "library"]),
    )
    .option(
      "--library-batch <n>",
      "examples per batch of the library's normalisation (default: all)",
      positiveInteger,
    )
    .option("--steps <n>", "points of a path (default: 5)", positiveInteger)
    .option(
      "--fraction <f>",
      `share of edges marked as the circuit, before pruning (default: ${FRACTION})`,
      fraction,
    )
    .option("--edges <n>", "number of edges marked instead of a share", positiveInteger)
    .addOption(
      new Option(
        "--nodes <form>",
        'library: {"in_graph": true}; paper: true, as the paper\'s code reads nodes',
      )
        .choices(["library", "paper"])
        .default("library"),
    )
    .addHelpText(
      "after",
      examples(
        ["ft attribute --model pythia-70m --pairs pairs.jsonl --out graph.json", "EAP-IG as the paper"],
        ["ft attribute ... --metric logit-diff --grid library --normalize library", "as the EAP-IG library"],
        [
          "ft attribute --checkpoint runs/add-sub-100/probe --pairs pairs.csv --out last.json",
          "a checkpoint",
        ],
        ["ft attribute ... --method exact --metric logit-diff", "the effect of patching each edge"],
        ["ft attribute ... --out graph.pt", "as the library's Graph.from_pt reads it"],
        ["ft attribute ... --nodes paper", "a graph for the paper's code"],
      ),
    )
    .action(run);
}

async function run(options: Options): Promise<void> {
  const { createProgress, UserError } = await import("@ft/artifacts");
  const { checkGraphName, createGraph, edgeCount, rankEdges, sizeOf, topCircuit, writeGraphFile } =
    await import("@ft/graph");
  const { graphShape } = await import("@ft/model");
  const { attribute, attributionCost, attributionWork, choiceProblems, choicesInForce, fitAttribution } =
    await import("@ft/circuits");
  const [wrong] = choiceProblems(options);
  if (wrong) throw new UserError(`${flag(wrong.choice)} ${wrong.problem}`, { remedy: wrong.remedy });
  if (options.edges !== undefined && options.fraction !== undefined)
    throw new UserError("--edges and --fraction both set the size of the circuit", {
      remedy: "give only one of them",
    });

  const choices = choicesInForce(options);
  const opened = await openModelAndPairs(options, choices.metric, (model, pairs, budget) =>
    fitAttribution(model, pairs, choices, budget),
  );
  const { ops, model, pairs, reduced } = opened;
  const graph = createGraph(graphShape(model.config));
  const wanted = options.edges ?? edgeCount(graph, options.fraction ?? FRACTION);
  if (wanted > graph.edges) {
    throw new UserError("--edges is more than the number of edges in the model's graph", {
      value: wanted,
      remedy: `the graph has ${graph.edges} edges`,
    });
  }
  if (wanted === 0) {
    throw new UserError("--fraction is less than one edge", {
      value: options.fraction ?? FRACTION,
      remedy: `the graph has ${graph.edges} edges: give a larger share, or --edges`,
    });
  }

  await checkOut(options.out, [options.pairs]);
  checkGraphName(options.out, { nodeForm: options.nodes });
  const progress = createProgress();
  const cost = attributionCost(graph, choices);
  if (cost) progress.note(`${cost} on ${pairs.length} examples`);
  const units = pairs.length * attributionWork(graph, choices);
  progress.start(units, "attributing", cost ? "patches" : "examples");
  const scores = attribute(ops, model, pairs, {
    ...choices,
    ...reduced,
    progress: (done) => progress.advance(done),
  });
  progress.stop();
  const edges = topCircuit(graph, rankEdges(graph, scores), wanted);
  const provenance = await commandProvenance(
    opened,
    { pairs: options.pairs },
    {
      ...choices,
      join: options.join,
      unusable: options.unusable,
      ...(options.counterfactual && { counterfactual: options.counterfactual }),
      examples: pairs.length,
      edges: wanted,
      ...(reduced && { batches: reduced }),
    },
  );
  const { inputs, baseModel, config, backend } = provenance;
  const attribution = { ...(config as object), ...inputs, ...(baseModel && { baseModel }), backend };
  const { dModel } = model.config;
  const circuit = { graph, edges, scores, dModel, nodeForm: options.nodes, attribution };
  writeGraphFile(options.out, circuit, provenance);
  const size = sizeOf(edges);
  console.log(`${options.out}: ${graph.edges} edges scored, ${size} in the circuit`);
  if (size < wanted) console.warn(`warning: ${shortfall(size, wanted, scores)}`);
}

/** The warning that a circuit has fewer edges than were marked. */
function shortfall(size: number, wanted: number, scores: EdgeScores): string {
  const found = size === 0 ? "the circuit is empty" : `the circuit has ${size} of the ${wanted} edges marked`;
  if (scores.every((score) => score === 0))
    return `${found}, and every score is 0: corrupting the prompts does not change the outputs`;
  const others = size === 0 ? `none of the ${wanted} edges marked is` : "the others are not";
  return `${found}: ${others} on a path from the input to the logits${size === 0 ? "; mark more" : ""}`;
}

/** An option as it is written on the command line: libraryBatch as --library-batch. */
function flag(option: string): string {
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
