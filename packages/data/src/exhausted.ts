import { formatInteger, seededRandom, UserError } from "@ft/artifacts";
import { Admission } from "@ft/model";
import { type DrawRequest, drawPairs } from "./draw-pairs.ts";
import { Places } from "./places.ts";

/**
 * The error for a task that has too few pairs. Draws once more without regard to splits, to count the pairs of
 * the first kind that fell short and the rejections by each rule.
 *
 * @param draw the request whose places could not all be filled
 */
export function exhausted(draw: DrawRequest): UserError {
  const { kind, asked, missing } = draw.places.shortages[0]!;
  const places = new Places(
    { train: asked, validation: 0, circuit: 0, test: 0 },
    kind === undefined ? [] : [kind],
  );
  const admission = new Admission();
  const rows = drawPairs({
    ...draw,
    admission,
    places,
    random: seededRandom(0, "count"),
    found: undefined,
  });
  const there =
    rows.length < asked
      ? `${formatInteger(rows.length)} exist`
      : `${formatInteger(asked - missing)} fit in splits that share no prompt`;
  const { task, options } = draw.sampler;
  const problem =
    `task \`${task}\` has too few different examples${kind === undefined ? "" : ` of kind \`${kind}\``}: ` +
    `${formatInteger(asked)} asked, ${there}`;
  const { dropped } = admission;
  return new UserError(dropped.total > 0 ? dropped.list(`${problem}; draws rejected:`) : problem, {
    place: "examples",
    value: options,
    remedy:
      rows.length > 0
        ? "Ask for fewer examples, or widen the task's options."
        : "No prompt fits: choose a model whose tokenizer has the task's words, or another task.",
  });
}
