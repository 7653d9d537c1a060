/** How the prompts of each split end, and the encoders that follow from it. */
import { type DatasetRow, UserError } from "@ft/artifacts";
import { dropsNewlines, type EncoderOptions, PairEncoder, type Tokenizer } from "@ft/model";

export type Split = DatasetRow["split"];

/**
 * "same": prompts of every split are joined to their answers in the same way. "paper": the model is fine-tuned, validated
 * and tested on prompt, newline, answer, but circuit prompts end before the newline: circuits are found at a position
 * that was never trained to answer.
 */
export const forms = ["same", "paper"] as const;
export type Form = (typeof forms)[number];

export interface FormOptions extends EncoderOptions {
  form: Form;
}

/**
 * The encoder of each split; splits that are encoded alike share one.
 * @throws UserError if prompts are to end in a newline that the tokenizer drops
 */
export function encodersOf(
  tokenizer: Tokenizer,
  { form, ...options }: FormOptions,
): Readonly<Record<Split, PairEncoder>> {
  const circuit = new PairEncoder(tokenizer, options);
  if (form === "same") return { train: circuit, validation: circuit, circuit, test: circuit };
  if (dropsNewlines(tokenizer)) {
    throw new UserError('form "paper" ends prompts in a newline, which has no token in this tokenizer', {
      place: "form",
      remedy: 'Use form "same".',
    });
  }
  const train = new PairEncoder(tokenizer, { ...options, join: "newline" });
  return { train, validation: train, circuit, test: train };
}
