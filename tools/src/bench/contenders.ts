/** The contenders: programs and their variants. */
import { join } from "node:path";
import { execa } from "execa";

export interface Contender {
  /** The contender's name in tables. */
  title: string;
  program: "node" | "python";
  /** See Prepare in protocol.ts. */
  variant: string;
  /** Set on top of this process's environment. */
  env?: Record<string, string>;
}

export const contenders = {
  ours: { title: "finetune-circuits", program: "node", variant: "shared" },
  unshared: { title: "finetune-circuits, nothing shared", program: "node", variant: "unshared" },
  wasm: {
    title: "finetune-circuits on wasm",
    program: "node",
    variant: "shared",
    env: { FT_BACKEND: "wasm" },
  },
  plain: { title: "plain PyTorch with hooks", program: "python", variant: "plain" },
  padded: { title: "transformers, padded to 32", program: "python", variant: "padded" },
  dynamic: { title: "transformers, not padded", program: "python", variant: "dynamic" },
} as const satisfies Record<string, Contender>;

export type ContenderName = keyof typeof contenders;

/** The environment of contenders. */
export interface Bench {
  /** The repository's root folder. */
  root: string;
  /** The interpreter; undefined if there is no Python with the packages. */
  python: string | undefined;
  threads: number;
  /** A prefix of the command line that pins it to cores; see machine.ts. */
  pinning: readonly string[];
}

/** The command line that starts a contender's worker. */
export function commandOf({ program }: Contender, { root, python, pinning }: Bench): string[] {
  if (program === "node")
    return [...pinning, process.execPath, join(root, "tools/dist/bench/worker/main.js")];
  if (python === undefined) throw new Error("there is no Python to run this contender with");
  return [...pinning, python, "-B", join(root, "bench/python/worker.py")];
}

/** FT_PYTHON, else python3, if it has torch, transformers and peft; otherwise how to install them. */
export async function findPython(): Promise<{ python: string } | { missing: string }> {
  const python = process.env.FT_PYTHON || "python3";
  // Looking up versions takes no time; importing the packages takes many seconds.
  const modules =
    "from importlib.metadata import version; [version(name) for name in ('torch', 'transformers', 'peft', 'safetensors')]";
  const { failed, code, stderr } = await execa(python, ["-c", modules], { reject: false, stdin: "ignore" });
  if (!failed) return { python };
  const reason = code === "ENOENT" ? "is not installed" : `says "${stderr.trim().split("\n").at(-1)}"`;
  return {
    missing:
      `No comparison with PyTorch: ${python} ${reason}. To get it, run ` +
      "`python3 -m venv .cache/python && .cache/python/bin/pip install -r bench/python/requirements.txt` " +
      "and set FT_PYTHON=.cache/python/bin/python.",
  };
}
