/** The Python that the comparison is made with. */
import { execa } from "execa";

export type FoundPython = { python: string } | { missing: string };

/** FT_PYTHON, else python3: if it has torch, transformers and peft; otherwise what to do about it. */
export async function findPython(): Promise<FoundPython> {
  const python = process.env.FT_PYTHON || "python3";
  // Looking up versions takes no time; importing what they are of takes many seconds.
  const modules =
    "from importlib.metadata import version; [version(name) for name in ('torch', 'transformers', 'peft', 'safetensors')]";
  const { failed, code, stderr } = await execa(python, ["-c", modules], { reject: false, stdin: "ignore" });
  if (!failed) return { python };
  const reason = code === "ENOENT" ? "is not there" : `says "${stderr.trim().split("\n").at(-1)}"`;
  return {
    missing:
      `No comparison with PyTorch: ${python} ${reason}. To have it, run ` +
      "`python3 -m venv .cache/python && .cache/python/bin/pip install -r bench/python/requirements.txt` " +
      "and set FT_PYTHON=.cache/python/bin/python.",
  };
}
