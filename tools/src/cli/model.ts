import type { Command } from "commander";
import { examples } from "./arguments.ts";
import { measureModel } from "./measure-model.ts";
import { modelFetch } from "./model-fetch.ts";
import { modelInfo } from "./model-info.ts";
import { randomModel } from "./random-model.ts";

/** `ft model`: base models, from folders and from the Hugging Face hub. */
export function model(program: Command): void {
  const group = program
    .command("model")
    .description("base models: download them, show what they are, measure them, write random ones")
    .addHelpText(
      "after",
      examples(
        ["ft model info hf://EleutherAI/pythia-70m", "its dimensions and graph, before it is downloaded"],
        ["ft model fetch hf://EleutherAI/pythia-70m", "into the cache that Python's programs use too"],
        [
          "ft model random --like models/pythia-1.4b-deduped --out /tmp/random",
          "a model of this shape with random weights",
        ],
      ),
    );
  for (const add of [modelInfo, modelFetch, measureModel, randomModel]) add(group);
}
