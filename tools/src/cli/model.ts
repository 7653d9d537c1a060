import type { Command } from "commander";
import { examples } from "./arguments.ts";
import { measureModel } from "./measure-model.ts";
import { randomModel } from "./random-model.ts";

export function model(program: Command): void {
  const group = program
    .command("model")
    .description("base models: their folders and shapes")
    .addHelpText(
      "after",
      examples([
        "ft model random --like models/pythia-1.4b-deduped --out /tmp/random",
        "a model of this shape with random weights",
      ]),
    );
  for (const add of [measureModel, randomModel]) add(group);
}
