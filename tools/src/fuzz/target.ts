/** A reader of files from outside, and the damage to its input. */
import { writeFileSync } from "node:fs";
import { type Random, seededRandom } from "@ft/artifacts";
import { mutateBytes } from "./mutate-bytes.ts";
import { mutateJson } from "./mutate-json.ts";
import { mutateText } from "./mutate-text.ts";

/** A well-formed file and its reader. */
export interface Sample {
  /** The file that is damaged, absolute. */
  file: string;
  bytes: Buffer;
  /** How damaged bytes are written. @default to `file` alone */
  write?(bytes: Buffer, random: Random): void;
  /** Reads the file to its end; a UserError is a good answer, any other error is not. */
  read(): unknown;
}

export interface Target {
  name: string;
  /** bytes: bits, words and parts. json: also values and keys. text: also lines and encodings. */
  damage: "bytes" | "json" | "text";
  /** Writes well-formed files into an empty folder, with everything needed to read them. */
  samples(folder: string): Promise<Sample[]>;
}

/** The seed of everything: input `n` of a target always has the same bytes. */
const SEED = 1;

/** Writes a target's input of a number, and returns the sample it was made from. */
export function writeInput({ name, damage }: Target, samples: readonly Sample[], number: number): Sample {
  const random = seededRandom(SEED, `${name} ${number}`);
  const sample = random.sample(samples, 1)[0]!;
  const bytes = damaged(damage, sample.bytes, random);
  if (sample.write) sample.write(bytes, random);
  else writeFileSync(sample.file, bytes);
  return sample;
}

function damaged(damage: Target["damage"], bytes: Buffer, random: Random): Buffer {
  const structured = damage !== "bytes" && random.int(0, 3) > 0;
  if (!structured) return mutateBytes(bytes, random);
  if (damage === "text") return mutateText(bytes.toString(), random);
  const json = Buffer.from(mutateJson(bytes.toString(), random));
  return random.int(0, 9) > 0 ? json : mutateText(json.toString(), random);
}
