import { perUnit, type Speeds, timeOf } from "@ft/artifacts";
import { type Ops, openShapes } from "@ft/backend";
import { createTrainable, loraOnEveryLinear, type Model, shapesAlone } from "@ft/model";
import { asSequence, exactMatch, type Question } from "./exact-match.ts";
import { trainStep } from "./train-step.ts";

/** Examples of an update, and questions scored at once: as many as bring full speed. */
const EXAMPLES = 32;
const QUESTIONS = 64;
/** Of LoRA. */
const RANK = 8;

/** Prompts as long as those of the paper's tasks, which begin alike. */
const SHARED = 15;
const OWN = 4;

/** How fast a backend makes updates of LoRA and answers questions with a model. */
export function measureTraining(ops: Ops, model: Model): Speeds<"training" | "answering"> {
  const { config } = model;
  const questions = Array.from({ length: QUESTIONS }, (_, example): Question => {
    const tokens = Array.from({ length: SHARED + OWN }, (_, at) =>
      at < SHARED ? at : (SHARED + OWN * example + at) % config.vocabulary,
    );
    return { tokens, answer: example % config.vocabulary, kind: "", example };
  });
  const sequences = questions.slice(0, EXAMPLES).map(asSequence);
  const adapter = loraOnEveryLinear(config, RANK);
  const prepare = (on: Ops, weights: Model["weights"]) => {
    const trainable = createTrainable(on, { config, weights }, adapter, 1);
    return {
      training: () => void trainStep(on, trainable, sequences, EXAMPLES, { learningRate: 1e-4, step: 1 }),
      answering: () => void exactMatch(on, trainable.decoder(), questions, QUESTIONS),
      dispose: () => trainable.dispose(),
    };
  };
  const shapes = openShapes();
  const counted = prepare(shapes.ops, shapesAlone(config));
  const timed = prepare(ops, model.weights);
  try {
    return {
      training: perUnit(timeOf(timed.training), shapes.work.flopsOf(counted.training)),
      answering: perUnit(timeOf(timed.answering), shapes.work.flopsOf(counted.answering)),
    };
  } finally {
    timed.dispose();
  }
}
