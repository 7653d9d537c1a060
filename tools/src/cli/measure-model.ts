import type { Command } from "commander";
import { Option } from "commander";
import type { MeasuredJob } from "../model/measure-model.ts";
import { examples, positiveInteger } from "./arguments.ts";

interface Options {
  examples: number;
  job?: MeasuredJob;
}

/** `ft model measure`. @param group the command `ft model` */
export function measureModel(group: Command): void {
  group
    .command("measure")
    .description(
      "measure time and memory of a model here: reading it, an update of LoRA, an example attributed and evaluated",
    )
    .argument("<folder>", "a model's folder with weights and a tokenizer")
    .option("--examples <n>", "examples that are attributed and evaluated", positiveInteger, 12)
    .addOption(new Option("--job <job>", "only this, in this process, as JSON").hideHelp())
    .addHelpText("after", examples(["ft model measure models/nano", "a table in Markdown, in some seconds"]))
    .action(run);
}

async function run(folder: string, options: Options): Promise<void> {
  const { measureJob, measureModel: measure } = await import("../model/measure-model.ts");
  if (options.job !== undefined) {
    console.log(JSON.stringify(await measureJob(folder, options.job, options.examples)));
    return;
  }
  const command = [process.execPath, process.argv[1]!, "model", "measure", folder];
  const jobs = (job: MeasuredJob) => [...command, "--examples", String(options.examples), "--job", job];
  for (const line of await measure(folder, jobs)) console.log(line);
}
