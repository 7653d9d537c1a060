/** The examples of a dataset for training and scoring. */
import { type DatasetRow, seededRandom, UserError } from "@ft/artifacts";
import { type ModelConfig, readDataset, type SupervisedSequence } from "@ft/model";
import type { TrainConfig } from "./config.ts";
import { asSequence, type Question } from "./exact-match.ts";

export interface Examples {
  train: SupervisedSequence[];
  /** The numbers of the training examples in the dataset. */
  numbers: number[];
  /** Circuits are found on it; may be empty, as the others may. */
  circuit: Question[];
  /** Chooses learning rates. */
  validation: Question[];
  /** For results only. */
  test: Question[];
}

/**
 * Reads the clean prompts of a dataset, by split.
 * @param folders of the role `data`
 * @param padding the padding token
 * @param seed the experiment's, by which a share of the training split is drawn
 * @throws UserError as readDataset does, or if there is no training split or a prompt is too long to pad
 */
export function readExamples(
  folders: readonly string[],
  model: ModelConfig,
  config: Pick<TrainConfig, "supervise" | "padTo" | "dataShare">,
  padding: number,
  seed: number,
): Examples {
  const rows = readDataset(folders, model);
  const questions = (split: string): Question[] => rows.filter((row) => row.split === split).map(toQuestion);
  const train = questions("train");
  if (train.length === 0) throw new UserError("the dataset has nothing to train on", { file: folders[0] });
  const used = Math.ceil(config.dataShare * train.length);
  const drawn =
    used < train.length ? seededRandom(seed, "share of the training split").sample(train, used) : train;
  return {
    train: drawn.map((question) => superviseQuestion(question, config, padding)),
    numbers: drawn.map(({ example }) => example),
    circuit: questions("circuit"),
    validation: questions("validation"),
    test: questions("test"),
  };
}

/** The clean prompt of a dataset's row, and its answer. */
export function toQuestion({ cleanTokens, answerToken, kind, example }: DatasetRow): Question {
  return { tokens: cleanTokens, answer: answerToken, kind, example };
}

/**
 * A question with the tokens its loss is on: the answer, and with `answer-and-padding` also every padding token after
 * it, as the paper's code has it.
 * @throws UserError if prompt and answer do not fit into `padTo` tokens
 */
export function superviseQuestion(
  { tokens, answer }: Pick<Question, "tokens" | "answer">,
  { supervise, padTo }: Pick<TrainConfig, "supervise" | "padTo">,
  padding: number,
): SupervisedSequence {
  if (supervise === "answer") return asSequence({ tokens, answer });
  const asked = tokens.length - 1;
  if (tokens.length >= padTo) {
    throw new UserError("a prompt and its answer are longer than `padTo`", {
      value: `${tokens.length + 1} tokens, padTo ${padTo}`,
      remedy: "raise `padTo`, or supervise only the answer",
    });
  }
  const padded = [...tokens, answer, ...Array<number>(padTo - tokens.length - 1).fill(padding)];
  const targets = padded.slice(tokens.length).map((token, i) => ({ position: asked + i, token }));
  return { tokens: padded.slice(0, -1), targets };
}
