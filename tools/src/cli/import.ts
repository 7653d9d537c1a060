import type { Command } from "commander";
import { examples, wholeNumber } from "./arguments.ts";
import { MODEL_HELP } from "./open-model.ts";

export interface PeftImport {
  /** The folder that PEFT saved. */
  adapter: string;
  model: string;
  out: string;
  plan: string;
  updates: number;
}

/** `ft import`: results of other programs, as the tables that stages read. */
export function importCommand(program: Command): void {
  const command = program
    .command("import")
    .description("read results of other programs")
    .addHelpText(
      "after",
      examples(["ft import peft adapter --model model --out imported", "an adapter of PEFT"]),
    );
  command
    .command("peft")
    .description(
      "an adapter that PEFT saved, as a run with two checkpoints, the base model and the adapted one: LoRA, rsLoRA, DoRA, AdaLoRA, IA3",
    )
    .argument("<adapter>", "folder with adapter_config.json and adapter_model.safetensors")
    .requiredOption("--model <model>", `the model that was adapted: ${MODEL_HELP}`)
    .requiredOption("--out <folder>", "the folder to make; it must be new or empty")
    .option("--plan <name>", "name of the plan and of its run", "imported")
    .option(
      "--updates <number>",
      "updates that it was trained for, the step of its checkpoint; 0: it was not trained yet",
      wholeNumber,
      1,
    )
    .addHelpText(
      "after",
      examples(
        ["ft import peft adapter --model pythia-1.4b --out imported", "plan.arrow and checkpoints.arrow"],
        ["ft import peft adapter --model hf://EleutherAI/pythia-1.4b --out imported", "a model of the hub"],
        ["ft attribute --checkpoint imported --model pythia-1.4b --pairs p.csv --out g.json", "its circuit"],
        ["ft export merged --checkpoint imported --model pythia-1.4b --out merged", "a plain model"],
      ),
    )
    .action(async (adapter: string, options: Omit<PeftImport, "adapter">) => {
      const { importPeft } = await import("./imported-adapter.ts");
      console.log(`${options.out}: ${await importPeft({ adapter, ...options })}`);
    });
}
