import type { Command } from "commander";
import { Option } from "commander";
import { examples, positiveInteger, wholeNumber } from "./arguments.ts";

interface Options {
  like: string;
  out: string;
  layers?: number;
  seed: number;
  dtype: "float16" | "float32";
  tokenizer?: string;
}

/** `ft model random`. @param group the command `ft model` */
export function randomModel(group: Command): void {
  group
    .command("random")
    .description("write a model of a known shape with random weights, to try what needs no training on")
    .requiredOption("--like <folder>", "a model's folder or config.json; its weights need not be there")
    .requiredOption("--out <folder>", "where to write config.json, model.safetensors and the tokenizer")
    .option("--layers <n>", "fewer layers than it has", positiveInteger)
    .option("--seed <number>", "decides the weights", wholeNumber, 1)
    .addOption(
      new Option("--dtype <type>", "how the weights are stored")
        .choices(["float16", "float32"])
        .default("float16"),
    )
    .option("--tokenizer <folder>", "whose tokenizer to copy (default: the model's, if it has one)")
    .addHelpText(
      "after",
      examples(
        [
          "ft model random --like models/pythia-1.4b-deduped --out /tmp/random --tokenizer models/nano",
          "2.6 GiB, to measure with",
        ],
        ["ft model random --like models/nano --layers 2 --out /tmp/small", "two of its layers"],
      ),
    )
    .action(run);
}

async function run(options: Options): Promise<void> {
  const { writeRandomModel } = await import("../model/random-model.ts");
  console.log(await writeRandomModel(options));
}
