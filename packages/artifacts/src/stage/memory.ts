/** How much memory a stage may take, and what it says if that is not enough. */
import { totalmem } from "node:os";
import { UserError } from "@ft/bytes";
import { formatBytes } from "../text/format-number.ts";

/** A part of what a computation holds at its peak. */
export interface MemoryPart {
  /** For people, such as "weights". */
  what: string;
  bytes: number;
}

/** What Node, TensorFlow and a stage's tables hold, weights and activations aside; measured. */
export const PROCESS_MEMORY: MemoryPart = { what: "the process", bytes: 0.4 * 2 ** 30 };

/** The environment variable that sets the budget, which stages get through Nx. */
export const MEMORY_VARIABLE = "FT_MEMORY";

/** The part of the machine's memory that a stage may take by default; the rest is the system's and other programs'. */
const DEFAULT_SHARE = 0.8;

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
};

/**
 * A number of bytes as people write it: "8GiB", "8 GB", "7.5g" (a single letter is binary, as in most tools).
 *
 * @param name of the option or variable, for the error
 * @throws UserError if it is none, or not above 0
 */
export function parseMemory(text: string, name: string): number {
  const [, number, unit] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const bytes = Number(number) * (UNITS[unit?.toLowerCase() ?? "?"] ?? Number.NaN);
  if (bytes >= 1) return Math.floor(bytes);
  throw new UserError(`${name} must be an amount of memory`, { value: text, remedy: "write it as 8GiB" });
}

/**
 * Bytes that a stage may take: FT_MEMORY, else 80% of the machine's memory, or of what a container lets this process have.
 *
 * @throws UserError if FT_MEMORY is not an amount of memory
 */
export function memoryBudget(): number {
  const given = process.env[MEMORY_VARIABLE];
  if (given) return parseMemory(given, MEMORY_VARIABLE);
  // Without a limit it is 0, or more than there is.
  const limit = process.constrainedMemory?.() || Number.POSITIVE_INFINITY;
  return Math.floor(DEFAULT_SHARE * Math.min(totalmem(), limit));
}

/** The sum of a computation's parts, in bytes. */
export function totalBytes(parts: readonly MemoryPart[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** "7.2 GiB: 5.3 GiB weights, 1.9 GiB activations". */
export function describeMemory(parts: readonly MemoryPart[]): string {
  const largestFirst = [...parts].sort((a, b) => b.bytes - a.bytes).filter(({ bytes }) => bytes > 0);
  const each = largestFirst.map(({ what, bytes }) => `${formatBytes(bytes)} ${what}`);
  return `${formatBytes(totalBytes(parts))}: ${each.join(", ")}`;
}

/** What did not fit: the computation, and what can be done about it. */
export interface Refusal {
  /** A verb's subject, such as "training plan full". */
  what: string;
  place?: string;
  /** Besides giving it more memory, such as "train an adapter, such as LoRA, in place of every weight". */
  remedies: readonly string[];
}

/** The error for a computation that takes more than the budget however small its batches are. */
export function memoryError(
  parts: readonly MemoryPart[],
  budget: number,
  { what, place, remedies }: Refusal,
): UserError {
  const need = formatBytes(totalBytes(parts));
  return new UserError(`${what} needs ${need} of memory, and may take ${formatBytes(budget)}`, {
    ...(place !== undefined && { place }),
    value: describeMemory(parts),
    remedy: [...remedies, `raise --memory (or ${MEMORY_VARIABLE}) if this machine has more`].join(", or "),
  });
}
