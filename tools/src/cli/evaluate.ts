import type { Evaluation } from "@ft/circuits";
import type { EdgeSet } from "@ft/graph";
import type { Command } from "commander";
import { examples, positiveInteger } from "./arguments.ts";
import { curveCircuits, curveRule, describeCurve, summarizeCurve } from "./evaluate-curve.ts";
import { describeTests, drawsOf, runTests, testRuns } from "./evaluate-tests.ts";
import { addMemoryOption, type MemoryOption } from "./memory-option.ts";
import {
  addModelOptions,
  addPairsOptions,
  type ModelOptions,
  openModelAndPairs,
  type PairsOptions,
} from "./open-model.ts";
import { checkOut, commandProvenance } from "./provenance.ts";

interface Options extends ModelOptions, PairsOptions, MemoryOption {
  circuit: string;
  out: string;
  metric: string;
  ablation: string;
  curve?: string | true;
  tests?: number | true;
  logits?: boolean;
}

export function evaluate(program: Command): void {
  const command = program
    .command("evaluate")
    .description("compare a circuit, every other edge ablated, with the whole model");
  addMemoryOption(addPairsOptions(addModelOptions(command)))
    .requiredOption(
      "--circuit <file>",
      "a graph file (.json or .pt) of the EAP-IG library; the edges marked in_graph are the circuit",
    )
    .requiredOption("--out <file>", "the results as JSON; FILE.manifest.json says where they came from")
    .option(
      "--metric <name>",
      "what the circuit is judged by: kl, the divergence from the corrupted run, or another, such as logit-diff",
      "kl",
    )
    .option(
      "--ablation <name>",
      "what every other edge carries: patching, the corrupted prompt's activation; zero, nothing; mean or mean-positional, the source's mean over the clean prompts",
      "patching",
    )
    .option(
      "--curve [rule]",
      "evaluate circuits of MIB's fractions of the edges too, chosen by the file's scores: CPR and CMD; rule: top (default), top-signed or greedy",
    )
    .option(
      "--tests [draws]",
      "test the circuit hypothesis (Shi et al. 2024): equivalence, independence, sufficiency and minimality, against random circuits (default: 100); runs a circuit for every edge",
      positiveInteger,
    )
    .option("--logits", "write the last position's logits of every example too")
    .addHelpText(
      "after",
      examples(
        [
          "ft evaluate --model pythia-70m --pairs pairs.jsonl --circuit graph.json --out result.json",
          "how faithful a circuit is",
        ],
        [
          "ft evaluate ... --metric logit-diff --curve",
          "CPR and CMD, the MIB benchmark's measures of faithfulness over all sizes",
        ],
        ["ft evaluate ... --metric logit-diff --tests", "does the circuit do what the model does, alone?"],
        [
          "ft evaluate --checkpoint runs/add-sub-100/probe --step first --pairs pairs.csv --circuit last.json --out cross.json",
          "the last checkpoint's circuit in the first one's model",
        ],
      ),
    )
    .action(run);
}

async function run(options: Options): Promise<void> {
  const { circuit, out, metric, ablation, logits = false } = options;
  const { createProgress, UserError, writeSealedFile } = await import("@ft/artifacts");
  const { circuitOf, createGraph, prune, readGraphFile, sizeOf } = await import("@ft/graph");
  const { graphShape } = await import("@ft/model");
  const { ablationNamed, evaluateCircuits, fitEvaluation, judge, loadCircuitModel } = await import(
    "@ft/circuits"
  );
  ablationNamed(ablation);
  const rule = options.curve === undefined ? undefined : await curveRule(options.curve);
  const graphFile = readGraphFile(circuit);
  const opened = await openModelAndPairs(options, metric, (model, pairs, budget) =>
    fitEvaluation(model, pairs, { metric, ablation }, budget),
  );
  const { ops, model, pairs, reduced } = opened;
  const { graph } = graphFile.names;
  if (!graph.equals(graphShape(model.config))) {
    throw new UserError("the circuit belongs to a model with other dimensions", {
      file: circuit,
      value: graph.describe(),
      remedy: `the model has ${createGraph(graphShape(model.config)).describe()}: attribute it first`,
    });
  }
  const scored = circuitOf(graphFile);
  const { edges: set } = scored;
  const { vocabulary } = model.config;
  const onCurve = rule ? await curveCircuits(scored, rule, circuit) : [];
  await checkOut(out, [options.pairs, circuit]);
  const progress = createProgress();
  const draws = options.tests === undefined ? 0 : drawsOf(options.tests);
  // The whole model on both prompts, and each circuit; logits are kept only for the file's.
  const tested = draws > 0 ? 2 + testRuns(sizeOf(prune(graph, set)), draws) : 0;
  const runs = 3 + (rule ? 2 + onCurve.length : 0) + tested;
  progress.start(runs * pairs.length, "evaluating", "runs");
  const loaded = loadCircuitModel(ops, model);
  const choices = {
    ...{ metric, ablation, ...reduced },
    progress: (examples: number) => progress.advance(examples),
  };
  const evaluated = (sets: EdgeSet[], logits: boolean) =>
    evaluateCircuits(ops, loaded, pairs, sets, { ...choices, logits });
  const result = evaluated([set], logits);
  const curve = rule && (await summarizeCurve(rule, onCurve, (sets) => evaluated(sets, false)));
  const tests = draws > 0 ? await runTests(ops, loaded, pairs, scored, draws, choices) : undefined;
  loaded.dispose();
  progress.stop();
  const evaluations = { model: result.model, circuit: result.circuits[0]!, corrupted: result.corrupted };
  for (const [run, { metric: values, logits: kept = [] }] of Object.entries(evaluations)) {
    const example = [...values].findIndex((value) => !Number.isFinite(value));
    if (example < 0 && kept.every(Number.isFinite)) continue;
    throw new UserError(`the results of the ${run} run are not finite numbers; nothing was written`, {
      file: options.checkpoint ?? options.model,
      ...(example >= 0 && { place: `example ${example + 1}`, value: values[example] }),
      remedy: "the model overflows on this prompt: check its weights",
    });
  }
  const judged = judge(evaluations.model, evaluations.circuit);
  const { modelMetric, modelAccuracy, circuitAccuracy } = judged;
  const percent = modelMetric > 0 ? judged.faithfulness : undefined;
  const summary = {
    metric,
    ablation,
    examples: pairs.length,
    edges: sizeOf(set),
    faithfulness: percent ?? null,
    model: summarize(evaluations.model, vocabulary),
    circuit: summarize(evaluations.circuit, vocabulary),
    corrupted: summarize(evaluations.corrupted, vocabulary),
    ...(curve && { curve }),
    ...(tests && { tests }),
  };
  const { join, unusable, counterfactual } = options;
  const config = {
    ...{ metric, ablation, logits, join, unusable, examples: pairs.length },
    ...(counterfactual && { counterfactual }),
    ...(rule && { curve: rule.name }),
    ...(draws > 0 && { tests: draws }),
    ...(reduced && { batches: reduced }),
  };
  const provenance = await commandProvenance(opened, { pairs: options.pairs, circuit }, config);
  writeSealedFile(out, `${JSON.stringify(summary)}\n`, "evaluation of a circuit", provenance);
  const faithful =
    percent === undefined
      ? `faithfulness undefined (${undefinedBecause(metric, modelMetric)})`
      : `faithfulness ${percent.toFixed(2)}%`;
  console.log(
    `${out}: ${faithful}, exact match of the model ${(100 * modelAccuracy).toFixed(1)}%, of the circuit ${(100 * circuitAccuracy).toFixed(1)}%`,
  );
  if (curve) console.log(describeCurve(curve));
  if (tests) console.log(describeTests(tests));
}

function undefinedBecause(metric: string, mean: number): string {
  if (mean === 0) return "the model's output does not depend on the corruption";
  return `the model's ${metric} is ${mean.toPrecision(3)}, not above 0`;
}

/** An evaluation as JSON: the metric's mean and values, the share of exact matches, and logits if kept. */
function summarize({ metric, exactMatch, logits }: Evaluation, vocabulary: number) {
  const mean = (values: ArrayLike<number>) =>
    Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;
  return {
    mean: mean(metric),
    exactMatch: mean(exactMatch),
    perExample: [...metric],
    ...(logits && {
      logits: Array.from(metric, (_, i) => [...logits.subarray(i * vocabulary, (i + 1) * vocabulary)]),
    }),
  };
}
