import { formatInteger, seededRandom, UserError } from "@ft/artifacts";
import { type DrawRequest, drawPairs } from "./draw-pairs.ts";
import { Places } from "./places.ts";

/**
 * The error for a task that has too few pairs. Draws once more without regard to splits, to say how many there are of
 * the first kind that fell short and which rule turned most of them down.
 *
 * @param draw the request whose places could not all be filled
 */
export function exhausted(draw: DrawRequest): UserError {
  const { kind, asked, missing } = draw.places.shortages[0]!;
  const places = new Places({ train: asked, validation: 0, circuit: 0 }, kind === undefined ? [] : [kind]);
  const { rows, rejections } = drawPairs({
    ...draw,
    places,
    random: seededRandom(0, "count"),
    found: undefined,
  });
  const there =
    rows.length < asked
      ? `${formatInteger(rows.length)} exist`
      : `${formatInteger(asked - missing)} fit in splits that share no prompt`;
  const [worst] = [...rejections].sort(([, a], [, b]) => b.count - a.count);
  const reason = worst
    ? `Most often turned down: ${worst[0]} (${formatInteger(worst[1].count)} times, first ${JSON.stringify(worst[1].example)}). `
    : "";
  const { task, options } = draw.sampler;
  return new UserError(
    `task \`${task}\` has too few different examples${kind === undefined ? "" : ` of kind \`${kind}\``}: ` +
      `${formatInteger(asked)} asked, ${there}`,
    {
      place: "examples",
      value: options,
      remedy: `${reason}Ask for fewer examples, or widen the task's options.`,
    },
  );
}
