/** Who does a job: which program, and in which of its ways. */
import { join } from "node:path";

export interface Contender {
  /** As a row of the table is called. */
  title: string;
  program: "node" | "python";
  /** See Prepare in protocol.ts. */
  variant: string;
  /** The most runs it has; what compares us with ourselves needs fewer. @default as many as the others */
  turns?: number;
  /** Set on top of this process's. */
  env?: Record<string, string>;
}

export const contenders = {
  ours: { title: "finetune-circuits", program: "node", variant: "shared" },
  unshared: { title: "finetune-circuits, nothing shared", program: "node", variant: "unshared", turns: 1 },
  wasm: {
    title: "finetune-circuits on wasm",
    program: "node",
    variant: "shared",
    turns: 1,
    env: { FT_BACKEND: "wasm" },
  },
  plain: { title: "plain PyTorch with hooks", program: "python", variant: "plain" },
  padded: { title: "transformers, padded to 32", program: "python", variant: "padded" },
  dynamic: { title: "transformers, not padded", program: "python", variant: "dynamic" },
} as const satisfies Record<string, Contender>;

export type ContenderName = keyof typeof contenders;

/** The command line that starts a contender's worker. */
export function commandOf({ program }: Contender, root: string, python: string | undefined): string[] {
  if (program === "node") return [process.execPath, join(root, "tools/dist/bench/worker/main.js")];
  if (python === undefined) throw new Error("there is no Python to run this contender with");
  return [python, "-B", join(root, "bench/python/worker.py")];
}
