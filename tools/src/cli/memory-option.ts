/** `--memory`, which commands have that compute with a model. */
import type { Command } from "commander";

export interface MemoryOption {
  memory?: string;
}

export function addMemoryOption(command: Command): Command {
  return command.option(
    "--memory <size>",
    "memory that a computation may take, such as 8GiB: batches follow it, and what cannot fit is refused (default: FT_MEMORY, else 80% of this machine's)",
  );
}

/**
 * Makes the option the budget of this process and of those that it starts.
 * @throws UserError if it is not an amount of memory
 */
export async function useMemory({ memory }: MemoryOption): Promise<void> {
  if (memory === undefined) return;
  const { MEMORY_VARIABLE, parseMemory } = await import("@ft/artifacts");
  parseMemory(memory, "--memory");
  process.env[MEMORY_VARIABLE] = memory;
}
