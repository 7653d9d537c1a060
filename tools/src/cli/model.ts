import type { Command } from "commander";
import { examples } from "./arguments.ts";
import { modelFetch } from "./model-fetch.ts";
import { modelInfo } from "./model-info.ts";

/** `ft model`: base models, from folders and from the Hugging Face hub. */
export function model(program: Command): void {
  const group = program
    .command("model")
    .description("base models: download them, show what they are and whether they can be used")
    .addHelpText(
      "after",
      examples(
        ["ft model info hf://EleutherAI/pythia-70m", "its dimensions and graph, before it is downloaded"],
        ["ft model fetch hf://EleutherAI/pythia-70m", "into the cache that Python's programs use too"],
      ),
    );
  for (const add of [modelInfo, modelFetch]) add(group);
}
