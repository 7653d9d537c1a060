import type { Command } from "commander";
import { examples } from "./arguments.ts";

export function doctor(program: Command): void {
  program
    .command("doctor")
    .description(
      "show which backend is used on this machine, what is missing for a faster one, and how to get it",
    )
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      examples(
        ["ft doctor", "for people"],
        ["FT_BACKEND=gpu ft doctor --json", "whether a graphics card would be used"],
      ),
    )
    .action(run);
}

async function run({ json = false }: { json?: boolean }): Promise<void> {
  const { diagnose, describeDiagnosis } = await import("../doctor/diagnose.ts");
  const diagnosis = await diagnose();
  console.log(json ? JSON.stringify(diagnosis, null, 2) : describeDiagnosis(diagnosis));
  if (diagnosis.backend === null) process.exitCode = 1;
}
