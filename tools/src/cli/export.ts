import type { EdgeRow } from "@ft/artifacts";
import type { Command } from "commander";
import { examples, fraction, stepOption, wholeNumber } from "./arguments.ts";

interface Options {
  plan?: string;
  draw?: number;
  seed?: number;
  step?: ReturnType<typeof stepOption>;
  size?: number;
  out: string;
}

/** `ft export`: edges with names in place of numbers, for people and other programs. */
export function exportCommand(program: Command): void {
  const command = program
    .command("export")
    .description("write results in other forms")
    .addHelpText(
      "after",
      examples(["ft export edges runs/add-sub-100/circuits --out edges.csv", "edges by name"]),
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
    .action(run);
}

async function run(folder: string, options: Options): Promise<void> {
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
