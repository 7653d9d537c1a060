import { basename, dirname, extname, resolve } from "node:path";
import type { FoundCircuit } from "@ft/graph";
import type { Command } from "commander";
import { examples, fraction, runOptions } from "./arguments.ts";

interface Options {
  plan?: string;
  draw?: number;
  seed?: number;
  size?: number;
  title: string;
  out: string;
}

/** `ft draw`: circuits from anywhere as an interactive page. */
export function draw(program: Command): void {
  const command = program
    .command("draw")
    .description(
      "draw circuits as an interactive page (HTML) that needs no network: before, after or both, filters by score, by what was kept, added or removed, and by node; saves SVG",
    )
    .argument(
      "<circuits...>",
      "in order: graph files (.json or .pt) of the EAP-IG library, or the folders or tables of circuits or attribute stages, with all checkpoints of a run",
    );
  runOptions(command)
    .option(
      "--size <f>",
      "size of circuits as a share of all edges (default: that of the main circuits; 0.05 for an attribute stage's scores)",
      fraction,
    )
    .option("--title <text>", "heading of the page", "Circuits")
    .requiredOption("--out <file>", "the page (.html); its manifest is written next to it")
    .addHelpText(
      "after",
      examples(
        ["ft draw before.json after.json --out circuit.html", "two graph files"],
        ["ft draw runs/add-sub-100/circuits --out circuit.html", "a run at all of its checkpoints"],
      ),
    )
    .action(run);
}

async function run(paths: string[], { out, title, ...pick }: Options): Promise<void> {
  const { codeHash, counted, createProvenance, formatInteger, hashFile, UserError, writeSealedFile } =
    await import("@ft/artifacts");
  const { findRunCircuits, isGraphFile } = await import("@ft/graph");
  const { checkOut } = await import("./provenance.ts");
  if (!out.endsWith(".html")) {
    throw new UserError("--out is not an .html file", {
      file: out,
      remedy: "name one: it will be a page for a browser",
    });
  }
  const [option, value] = Object.entries(pick)[0] ?? [];
  if (option && paths.every(isGraphFile)) {
    const remedy = "leave it out: a graph file holds one circuit";
    throw new UserError(`--${option} has no effect on graph files`, { value, remedy });
  }
  await checkOut(out, paths);
  const found = paths.flatMap((path) => findRunCircuits(path, isGraphFile(path) ? {} : pick));
  const { renderCircuitPage } = await import("@ft/report");
  const files = [...new Set(found.map(({ file }) => file))];
  const names = withoutCommonStart(found.map((circuit) => nameOf(circuit, files.length)));
  const page = renderCircuitPage({
    title,
    about: `From ${files.map(short).join(", ")}.`,
    checkpoints: found.map(({ collapsed }, i) => ({ name: names[i]!, circuit: collapsed })),
  });
  const provenance = createProvenance({
    inputs: Object.fromEntries(files.map((file) => [file, hashFile(file)])),
    config: { title, ...pick },
    code: codeHash("tools"),
  });
  writeSealedFile(out, page, "interactive circuit", provenance);
  const edges = found.map(({ collapsed }) => formatInteger(collapsed.edges.size)).join(", ");
  console.log(`${out}: ${counted(found.length, "circuit")} of ${edges} edges`);
}

/** A circuit's name on the slider: its step and, if there are several files, which. */
function nameOf({ file, step }: FoundCircuit, files: number): string {
  if (step === undefined) return basename(file, extname(file));
  return files === 1 ? `step ${step}` : `${basename(dirname(resolve(file)))}, step ${step}`;
}

/** Names without the words that all of them begin with: "add-sub_epoch0" and "add-sub_epoch4" as "epoch0" and "epoch4". */
function withoutCommonStart(names: readonly string[]): string[] {
  const [first = "", ...others] = names;
  const starts = Array.from(first.matchAll(/[_-]/g), ({ index }) => first.slice(0, index + 1));
  const common = starts.findLast((start) => others.every((name) => name.startsWith(start)));
  return others.length === 0 || !common ? [...names] : names.map((name) => name.slice(common.length));
}

/** The end of a path, without folders that only its owner knows. */
function short(file: string): string {
  return file.endsWith(".arrow") ? `${basename(dirname(resolve(file)))}/${basename(file)}` : basename(file);
}
