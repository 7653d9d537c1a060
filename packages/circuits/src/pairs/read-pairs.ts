/** Pairs from a file: one JSON object a line, prompts as text or as token ids. */
import { readFileSync } from "node:fs";
import { UserError } from "@ft/artifacts";
import { z } from "zod";
import { checkPairs, type Pair } from "./pair.ts";

const tokenIds = z.array(z.int().nonnegative());
const lineSchema = z.union([
  z.strictObject({
    clean: tokenIds,
    corrupted: tokenIds,
    answer: z.int().nonnegative(),
    wrong: z.int().nonnegative().optional(),
  }),
  z.strictObject({
    clean: z.string().min(1),
    corrupted: z.string().min(1),
    answer: z.string().min(1),
    wrong: z.string().min(1).optional(),
  }),
]);

/** How prompts given as text become tokens. */
export interface PairTokenizer {
  /** A prompt's tokens, BOS in front. */
  prompt(text: string): Int32Array;
  /** The token that continues a prompt with an answer, or undefined where it is not exactly one. */
  answer(prompt: string, answer: string): number | undefined;
}

/** How many mistakes are listed before the rest are only counted. */
const LISTED = 20;

/**
 * Reads and checks a file of pairs: `{"clean": ..., "corrupted": ..., "answer": ..., "wrong": ...}` a line, either all
 * text or all token ids (taken as they are, no BOS added); "wrong", the corrupted prompt's answer, may be left out.
 *
 * @param vocabulary number of tokens the model knows
 * @param tokenizer opened at the first pair of text
 * @throws UserError listing every line that is not a pair, or naming the first pair that the model cannot take
 */
export async function readPairs(
  file: string,
  vocabulary: number,
  tokenizer: () => Promise<PairTokenizer>,
): Promise<Pair[]> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UserError("the pairs cannot be read", { file, remedy: (error as Error).message });
  }
  const pairs: Pair[] = [];
  const problems: string[] = [];
  let opened: PairTokenizer | undefined;
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    try {
      const pair = parseLine(line);
      const needsText = typeof pair.clean === "string";
      if (needsText) opened ??= await tokenizer();
      pairs.push(needsText ? encodePair(pair as TextPair, opened!) : (pair as Pair));
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      problems.push(`line ${i + 1}: ${error.message}`);
    }
  }
  if (problems.length > 0) {
    const more = problems.length - LISTED;
    const listed = problems.slice(0, LISTED).map((problem) => `\n  - ${problem}`);
    throw new UserError(
      `some lines are not pairs${listed.join("")}${more > 0 ? `\n  and ${more} more` : ""}`,
      {
        file,
        remedy:
          'each line is {"clean": ..., "corrupted": ..., "answer": ..., "wrong": ...}, all text or all token ids',
      },
    );
  }
  checkPairs(pairs, vocabulary, file);
  return pairs;
}

class LineError extends Error {}

type TextPair = { clean: string; corrupted: string; answer: string; wrong?: string | undefined };

function parseLine(line: string): z.infer<typeof lineSchema> {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (error) {
    throw new LineError(`not JSON: ${(error as Error).message}`);
  }
  const parsed = lineSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const known = ["clean", "corrupted", "answer", "wrong"];
  const keys = json !== null && typeof json === "object" ? Object.keys(json) : [];
  const unknown = keys.filter((key) => !known.includes(key));
  const missing = known.slice(0, 3).filter((key) => !keys.includes(key));
  if (unknown.length > 0) throw new LineError(`unknown key "${unknown[0]}"`);
  if (missing.length > 0) throw new LineError(`"${missing[0]}" is missing`);
  throw new LineError("its values must be all text or all token ids");
}

function encodePair({ clean, corrupted, answer, wrong }: TextPair, tokenizer: PairTokenizer): Pair {
  const single = (prompt: string, text: string): number => {
    const token = tokenizer.answer(prompt, text);
    if (token !== undefined) return token;
    throw new LineError(`the answer "${text}" is not one token after "${prompt}"; leave the pair out`);
  };
  return {
    clean: tokenizer.prompt(clean),
    corrupted: tokenizer.prompt(corrupted),
    answer: single(clean, answer),
    wrong: wrong === undefined ? undefined : single(corrupted, wrong),
  };
}
