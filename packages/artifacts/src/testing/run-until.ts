import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { temporaryFolder } from "./temporary-folder.ts";

/**
 * Runs a TypeScript program in its own process and kills it, without a chance to clean up, once it has printed
 * `text`.
 *
 * @param program file URL of the program
 */
export async function runUntil(text: string, program: string, argv: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [await bundle(fileURLToPath(program)), ...argv], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  let printed = "";
  for await (const part of child.stdout) {
    printed += part;
    if (printed.includes(text)) child.kill("SIGKILL");
  }
  const [code, signal] = await exit;
  if (signal !== "SIGKILL") throw new Error(`the program ended by itself with ${code ?? signal}: ${printed}`);
}

/** The program and all it imports in one JavaScript file. */
async function bundle(program: string): Promise<string> {
  const outDir = temporaryFolder();
  await build({
    configFile: false,
    logLevel: "error",
    ssr: { noExternal: true },
    build: {
      ssr: program,
      outDir,
      emptyOutDir: true,
      rolldownOptions: { output: { entryFileNames: "program.mjs" } },
    },
  });
  return join(outDir, "program.mjs");
}
