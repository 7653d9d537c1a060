import type { EdgeRow } from "@ft/artifacts";
import { type Command, Option } from "commander";
import { examples, fraction, runOptions, stepOption, wholeNumber } from "./arguments.ts";
import type { GraphPick, MibExport } from "./exported-graph.ts";
import type { ModelExport } from "./exported-model.ts";
import { addModelOptions, MODEL_HELP } from "./open-model.ts";

interface EdgesOptions {
  plan?: string;
  draw?: number;
  seed?: number;
  step?: ReturnType<typeof stepOption>;
  size?: number;
  out: string;
}

/** `ft export`: results in the forms of people and of other programs. */
export function exportCommand(program: Command): void {
  const command = program
    .command("export")
    .description("write results in other forms")
    .addHelpText(
      "after",
      examples(
        ["ft export edges runs/add-sub-100/circuits --out edges.csv", "edges by name"],
        ["ft export graph runs/add-sub-100/circuits --out graph.pt", "a graph for the EAP-IG library"],
        ["ft export mib graph.json --name ioi_gpt2 --out submission", "a submission to MIB"],
        ["ft export peft --checkpoint runs/add-sub-100/probe --out adapter", "an adapter for PEFT"],
        ["ft export merged --checkpoint runs/add-sub-100/probe --out model", "a model for transformers"],
      ),
    );
  command
    .command("edges")
    .description("every edge by name: its ends, score, rank, and whether it is in the main circuit")
    .argument("<folder>", "of a circuits stage, or of an attribute stage")
    .option("--plan <name>", "only the runs of this plan")
    .option("--draw <number>", "only this draw", wholeNumber)
    .option("--seed <number>", "only this seed", wholeNumber)
    .option("--step <step>", "only this checkpoint of each run: a step, first or last", stepOption)
    .option(
      "--size <f>",
      "share of all edges in the circuit: of a circuits stage the main ones' by default, else 0.05",
      fraction,
    )
    .requiredOption("--out <file>", "a .csv or .arrow")
    .addHelpText(
      "after",
      examples(
        ["ft export edges runs/add-sub-100/circuits --step last --out edges.csv", "the last circuit"],
        ["ft export edges runs/add-sub-100/scores --size 0.01 --out edges.arrow", "at every checkpoint"],
      ),
    )
    .action(exportEdges);
  graphCommand(command, "graph", "a circuit with all scores as a graph file of the EAP-IG library")
    .requiredOption("--out <file>", "a .json (Graph.from_json) or a .pt (Graph.from_pt)")
    .addOption(
      new Option(
        "--nodes <form>",
        'of a .json; library: {"in_graph": true}; paper: true, as the paper\'s code reads nodes',
      )
        .choices(["library", "paper"])
        .default("library"),
    )
    .addHelpText(
      "after",
      examples(
        ["ft export graph runs/add-sub-100/circuits --out graph.pt", "the last checkpoint's circuit"],
        ["ft export graph runs/add-sub-100/scores --step 0 --size 0.01 --out graph.json", "a smaller one"],
        ["ft export graph graph.pt --out graph.json", "another format of the same graph"],
        ["ft export graph graph.json --nodes paper --out paper.json", "for the paper's code"],
      ),
    )
    .action(exportGraph);
  graphCommand(command, "mib", "a circuit's scores as a submission to the circuit track of MIB")
    .requiredOption("--name <task_model>", "task and model as MIB writes them: ioi_gpt2, arc-easy_llama3")
    .requiredOption("--out <folder>", "the folder of the method, in which the folder NAME is made")
    .addOption(new Option("--format <end>", "of the files").choices(["json", "pt"]).default("json"))
    .option(
      "--circuits [rule]",
      "instead of scores nine circuits, of 0.1 to 50% of the edges; rule: top (default), top-signed or greedy",
    )
    .addHelpText(
      "after",
      examples(
        [
          "ft export mib graph.json --name ioi_gpt2 --out EAP-IG-inputs_patching_edge",
          "writes EAP-IG-inputs_patching_edge/ioi_gpt2/importances.json",
        ],
        ["ft export mib graph.json --name ioi_gpt2 --format pt --circuits --out mine", "nine circuits"],
      ),
    )
    .action(exportMib);
  modelCommand(command, "peft", "a checkpoint's adapter as PEFT reads it", async (options) => {
    const { exportPeft } = await import("./exported-model.ts");
    return exportPeft(options);
  });
  modelCommand(
    command,
    "merged",
    "a checkpoint as a model that transformers reads, its adapter merged, with config and tokenizer",
    async (options) => {
      const { exportMerged } = await import("./exported-model.ts");
      return exportMerged(options);
    },
  );
}

/** A command that writes one circuit, of a stage or a graph file. */
function graphCommand(program: Command, name: string, description: string): Command {
  const command = program
    .command(name)
    .description(description)
    .argument(
      "<circuit>",
      "a graph file (.json or .pt), or the folder or table of a circuits or attribute stage",
    );
  return runOptions(command)
    .option("--step <step>", "checkpoint of the run: a step, first or last (default: last)", stepOption)
    .option(
      "--size <f>",
      "size of the circuit as a share of all edges (default: that of the main circuits; 0.05 for an attribute stage's scores)",
      fraction,
    )
    .option(
      "--model <model>",
      `the base model, whose width graph files have: ${MODEL_HELP} (default: the experiment's, or the graph file's)`,
    );
}

async function exportGraph(
  path: string,
  options: GraphPick & { out: string; nodes: "library" | "paper" },
): Promise<void> {
  const graph = await import("./exported-graph.ts");
  console.log(`${options.out}: ${await graph.exportGraph(path, options)}`);
}

async function exportMib(path: string, options: MibExport): Promise<void> {
  const graph = await import("./exported-graph.ts");
  const { done, warning } = await graph.exportMib(path, options);
  console.log(done);
  if (warning) console.warn(`warning: ${warning}`);
}

/** A command that writes a checkpoint as a folder. @param write returns the checkpoint, in words */
function modelCommand(
  program: Command,
  name: string,
  description: string,
  write: (options: ModelExport) => Promise<string>,
): void {
  addModelOptions(program.command(name).description(description))
    .requiredOption("--out <folder>", "the folder to make; it must be new or empty")
    .addHelpText(
      "after",
      examples(
        [`ft export ${name} --checkpoint runs/add-sub-100/probe --out out`, "the last checkpoint"],
        [`ft export ${name} ... --plan lora-r8 --seed 2 --step 25 --out out`, "another one"],
      ),
    )
    .action(async (options: ModelExport) => {
      console.log(`${options.out}: ${await write(options)}`);
    });
}

async function exportEdges(folder: string, options: EdgesOptions): Promise<void> {
  const { edgesSchema, formatInteger, UserError, writeSealedFile, writeTable } = await import(
    "@ft/artifacts"
  );
  const { exportedEdges } = await import("./exported-edges.ts");
  const { checkOut } = await import("./provenance.ts");
  const { out, ...pick } = options;
  if (!/\.(csv|arrow)$/.test(out))
    throw new UserError("--out is neither a .csv nor an .arrow file", {
      file: out,
      remedy: "name one of them",
    });
  await checkOut(out, []);
  const { rows, provenance } = await exportedEdges(folder, pick);
  let count = 0;
  function* counted(): Generator<EdgeRow> {
    for (const row of rows) {
      count++;
      yield row;
    }
  }
  if (out.endsWith(".arrow")) await writeTable(out, edgesSchema, counted(), provenance);
  else {
    const { csvFormatRows } = await import("d3-dsv");
    const columns = Object.keys(edgesSchema.columns) as (keyof EdgeRow)[];
    const lines = Array.from(counted(), (row) => columns.map((column) => String(row[column] ?? "")));
    writeSealedFile(out, `${csvFormatRows([columns, ...lines])}\n`, "edges by name", provenance);
  }
  console.log(`${out}: ${formatInteger(count)} edges`);
}
