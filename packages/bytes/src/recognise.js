/** Recognises well-known kinds of files under the name of another kind. */

import { UserError } from "./user-error.js";

/** Bytes from the beginning of a file that {@link recognise} looks at. */
export const RECOGNISED_BYTES = 1024;

const SAVE_AGAIN =
  "its weights are in another format: load them in Python and save them with model.save_pretrained(folder), which writes safetensors";
const WRITE_ARROW = "write it as an Arrow file in Python: pyarrow.feather.write_feather(t, path)";
const DOWNLOAD_AGAIN = "download the file itself again";

/**
 * What kind of file this is, by its first bytes, and what to do if another kind was expected.
 *
 * @param {Uint8Array} bytes the file's first {@link RECOGNISED_BYTES} bytes, or more
 * @returns {{ kind: string, remedy: string } | undefined} undefined if it is not of a kind known here
 */
export function recognise(bytes) {
  const head = Buffer.from(bytes.subarray(0, RECOGNISED_BYTES)).toString("latin1");
  if (head.startsWith("version https://git-lfs"))
    return {
      kind: "a Git LFS pointer",
      remedy: "the repository was cloned without Git LFS: run `git lfs pull` in it",
    };
  if (/^(\xef\xbb\xbf)?\s*<(!doctype|html|head|\?xml)/i.test(head))
    return { kind: "a web page", remedy: `${DOWNLOAD_AGAIN}, not the page that shows it` };
  if (bytes[0] === 0x80 && bytes[1] !== undefined && bytes[1] >= 2 && bytes[1] <= 5)
    return { kind: "a Python pickle", remedy: SAVE_AGAIN };
  if (head.startsWith("PK\x03\x04")) return zipOf(head);
  if (head.startsWith("GGUF"))
    return {
      kind: "a GGUF file (llama.cpp)",
      remedy: "use the model's original safetensors, from which it was converted",
    };
  if (head.startsWith("\x93NUMPY")) return { kind: "a NumPy array", remedy: SAVE_AGAIN };
  if (head.startsWith("\x89HDF")) return { kind: "an HDF5 file (Keras)", remedy: SAVE_AGAIN };
  if (head.startsWith("\x1f\x8b")) return { kind: "gzip", remedy: "unpack it with gunzip" };
  if (head.startsWith("PAR1")) return { kind: "a Parquet file", remedy: WRITE_ARROW };
  if (head.startsWith("FEA1")) return { kind: "a Feather file of version 1", remedy: WRITE_ARROW };
  if (head.startsWith("ARROW1"))
    return { kind: "an Arrow file", remedy: "check that this is the right file" };
  if (bytes[7] === 0 && head[8] === "{")
    return { kind: "safetensors", remedy: "check that this is the right file" };
  if (/^(\xef\xbb\xbf)?\s*[{[]/.test(head))
    return { kind: "JSON", remedy: "check that this is the right file" };
  return undefined;
}

/**
 * @param {string} head
 * @returns {{ kind: string, remedy: string }}
 */
function zipOf(head) {
  if (/\/data\.pkl|\/byteorder|\/version/.test(head))
    return {
      kind: "a PyTorch file (a zip of pickles)",
      remedy: `${SAVE_AGAIN}; a graph of the EAP-IG library must have a name that ends in .pt`,
    };
  if (/\.npy/.test(head)) return { kind: "a NumPy archive (npz)", remedy: SAVE_AGAIN };
  return { kind: "a zip file", remedy: "unpack it" };
}

/**
 * Refuses a file of a well-known kind other than the wanted one, with a remedy. A file of no kind known here
 * passes: its reader says what is wrong with it.
 *
 * @param {Uint8Array} bytes as for {@link recognise}
 * @param {{ kind: string, name?: string, file: string, what?: string | undefined }} wanted `kind`: as {@link recognise} calls it; `name`:
 *   what errors call it, default the same; `what`: what the file is, default "the file"
 * @throws {UserError}
 */
export function refuseOtherKinds(bytes, { kind, name = kind, file, what = "the file" }) {
  const found = recognise(bytes);
  if (found === undefined || found.kind === kind) return;
  throw new UserError(`${what} is not ${name}, but ${found.kind}`, { file, remedy: found.remedy });
}
