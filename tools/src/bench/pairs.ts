/** The prompts measured on: add-sub within 100, or token ids of the same structure where there is no tokenizer. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "@ft/artifacts";
import { buildDataset, configSchema } from "@ft/data";
import { loadTokenizer } from "@ft/model";
import type { Shape } from "./shapes.ts";

const SEED = 1;

export interface TokenPair {
  clean: number[];
  corrupted: number[];
  answer: number;
  wrong: number;
}

/** @param root the repository's */
export async function makePairs(
  root: string,
  { config, tokenizer }: Shape,
  count: number,
): Promise<TokenPair[]> {
  const file = join(root, tokenizer);
  if (!existsSync(file)) return inventPairs(config.vocabulary, count);
  const { rows } = await buildDataset(
    configSchema.parse({ task: "add-sub", examples: count, corruptedAnswerToken: "required" }),
    { tokenizer: await loadTokenizer(file), seed: SEED },
  );
  return rows.map(({ cleanTokens, corruptedTokens, answerToken, corruptedAnswerToken }) => ({
    clean: cleanTokens,
    corrupted: corruptedTokens,
    answer: answerToken,
    wrong: corruptedAnswerToken!,
  }));
}

/** As Pythia's tokenizer cuts add-sub: 16 shared tokens, an operand, the operator that is swapped, an operand, "=". */
function inventPairs(vocabulary: number, count: number): TokenPair[] {
  const random = seededRandom(SEED, "invented prompts");
  const token = () => random.int(1, vocabulary - 1);
  const prefix = Array.from({ length: 16 }, token);
  const operators = [token(), token()];
  const equals = token();
  return Array.from({ length: count }, () => {
    const [first, second] = [token(), token()];
    const which = random.int(0, 1);
    const prompt = (operator: number) => [...prefix, first, operator, second, equals];
    return {
      clean: prompt(operators[which]!),
      corrupted: prompt(operators[1 - which]!),
      answer: token(),
      wrong: token(),
    };
  });
}
