/** `npm run fuzz`: damages files of every kind that comes from outside, and checks how their readers respond. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { createProgress, reportFailure } from "@ft/artifacts";
import Table from "cli-table3";
import { Command } from "commander";
import pMap from "p-map";
import { positiveInteger } from "../cli/arguments.ts";
import { collectFailures } from "./collect-failures.ts";
import { findTarget, targets } from "./targets/index.ts";
import { watchInputs } from "./watch.ts";

interface Options {
  inputs: number;
  only?: number;
}

const program = new Command("npm run fuzz --")
  .description(
    "Damages well-formed files and reads them. A reader must accept a file or answer with a UserError; anything else, and more than 5 s of work, is a failure.",
  )
  .argument("[readers...]", `which readers (default: all): ${targets.map(({ name }) => name).join(", ")}`)
  .option("--inputs <n>", "damaged files per reader", positiveInteger, 20_000)
  .option("--only <number>", "one input by its number, as a failure reports it", Number)
  .action(fuzz);

async function fuzz(names: string[], { inputs, only }: Options): Promise<void> {
  const chosen = names.length > 0 ? names.map(findTarget) : targets;
  const [from, to]: [number, number] = only === undefined ? [0, inputs] : [only, only + 1];
  const folder = mkdtempSync(join(tmpdir(), "ft-fuzz-failures-"));
  const progress = createProgress();
  progress.start(chosen.length * (to - from), "fuzzing", "inputs");
  const results = await pMap(
    chosen,
    async ({ name }) => {
      const failures = collectFailures();
      await watchInputs([name], [from, to], {
        failed(failure, input) {
          if (failures.add(failure)) save(folder, name, failure.number, input);
        },
        advance: () => progress.advance(),
      });
      return { name, failures };
    },
    { concurrency: availableParallelism() },
  );
  progress.stop();
  const table = new Table({ head: ["reader", "inputs", "failures"], style: { head: [], border: [] } });
  for (const { name, failures } of results) table.push([name, to - from, failures.total]);
  console.log(table.toString());
  const lines = results.flatMap(({ name, failures }) =>
    failures.kinds.map(
      ({ reason, count, first }) =>
        `${name}: ${count} x ${reason}\n  npm run fuzz -- ${name} --only ${first}`,
    ),
  );
  if (lines.length === 0) return;
  writeFileSync(join(folder, "failures.txt"), `${lines.join("\n")}\n`);
  console.error(`${lines.join("\n")}\nThe inputs are in ${folder}`);
  process.exitCode = 1;
}

/** Keeps an input under its reader's name. */
function save(folder: string, name: string, number: number, input: string): void {
  if (!existsSync(input)) return;
  mkdirSync(join(folder, name), { recursive: true });
  copyFileSync(input, join(folder, name, `${number}`));
}

await program.parseAsync().catch(reportFailure);
