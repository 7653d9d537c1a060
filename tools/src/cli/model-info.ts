import type { Command } from "commander";
import type { ModelOutline } from "../hub/model-outline.ts";
import { examples } from "./arguments.ts";
import { MODEL_HELP } from "./open-model.ts";

/** `ft model info`. @param group the command `ft model` */
export function modelInfo(group: Command): void {
  group
    .command("info")
    .description(
      "show family, dimensions, parameters, weights and graph of a model, and whether it can be used",
    )
    .argument("<model>", `${MODEL_HELP}; of one that is not downloaded only config and headers are requested`)
    .addHelpText(
      "after",
      examples(
        ["ft model info models/nano", "a folder"],
        ["ft model info hf://EleutherAI/pythia-70m@step3000", "a branch, tag or commit"],
      ),
    )
    .action(run);
}

async function run(name: string): Promise<void> {
  const { outlineModel } = await import("../hub/model-outline.ts");
  const outline = await outlineModel(name);
  console.log((await describeOutline(outline)).join("\n"));
  if (outline.summary.refusal) process.exitCode = 1;
}

async function describeOutline({
  name,
  folder,
  summary,
  weights,
  hasTokenizer,
}: ModelOutline): Promise<string[]> {
  const { counted, formatInteger } = await import("@ft/artifacts");
  const { fileSize } = await import("../hub/file-size.ts");
  const { modelType, config, parameters, dtypes, refusal } = summary;
  const size = `${fileSize(weights.bytes)} in ${counted(weights.files, "file")}`;
  const rows: [string, string][] = [
    ...(folder === name ? [] : [["folder", folder ?? "not downloaded"] satisfies [string, string]]),
    ["family", config?.family ?? `${modelType ?? "none"} (model_type)`],
    ...(config ? await describeConfig(config) : []),
    ["parameters", parameters > 0 ? formatInteger(parameters) : "unknown"],
    ["weights", weights.files > 0 ? `${dtypes.join(", ")}, ${size}` : "none as safetensors"],
    ["tokenizer", hasTokenizer ? "tokenizer.json" : "none: prompts can only be token ids"],
    ["usable", refusal ? `no: ${refusal.message}` : "yes"],
  ];
  return [
    name,
    ...rows.map(([label, value]) => `  ${label.padEnd(11)} ${value.replaceAll("\n", "\n              ")}`),
  ];
}

async function describeConfig(
  config: NonNullable<ModelOutline["summary"]["config"]>,
): Promise<[string, string][]> {
  const { formatInteger } = await import("@ft/artifacts");
  const { createGraph } = await import("@ft/graph");
  const { graphShape } = await import("@ft/model");
  const { heads, keyValueHeads, headSize, parallel } = config;
  const graph = createGraph(graphShape(config));
  const grouped = keyValueHeads < heads ? `, ${keyValueHeads} for keys and values` : "";
  return [
    ["layers", `${config.layers}, attention and MLP ${parallel ? "in parallel" : "one after the other"}`],
    ["heads", `${heads} of ${headSize} dimensions${grouped}`],
    ["width", formatInteger(config.dModel)],
    ["MLP", `${formatInteger(config.dMlp)}, ${config.activation}`],
    ["vocabulary", `${formatInteger(config.vocabulary)}${config.tied ? ", embeddings tied" : ""}`],
    ["positions", formatInteger(config.maxPositions)],
    ["graph", `${formatInteger(graph.sources + 1)} nodes, ${formatInteger(graph.edges)} edges`],
  ];
}
