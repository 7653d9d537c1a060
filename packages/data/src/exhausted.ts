import { formatInteger, seededRandom, UserError } from "@ft/artifacts";
import { type Drawn, type DrawRequest, drawPairs } from "./draw-pairs.ts";
import { Places } from "./places.ts";

/**
 * The error for a task that has too few pairs. Draws once more without regard to splits to say how many there are of
 * the first kind that fell short, and which rule turned most pairs down.
 */
export function exhausted(draw: DrawRequest, drawn: Drawn): UserError {
  const { task, options } = draw.sampler;
  const { kind, asked, missing } = draw.places.shortages[0]!;
  const places = new Places({ train: asked, validation: 0, circuit: 0 }, kind === undefined ? [] : [kind]);
  const existing = drawPairs({ ...draw, places, random: seededRandom(0, "count"), found: undefined }).rows
    .length;
  const fitting =
    existing < asked
      ? `${formatInteger(existing)} exist`
      : `${formatInteger(asked - missing)} fit in splits that share no prompt`;
  const [worst] = [...drawn.rejections].sort(([, a], [, b]) => b.count - a.count);
  const turnedDown = worst
    ? `Most often turned down (${formatInteger(worst[1].count)} times): ${worst[0]}, as in ${JSON.stringify(worst[1].example)}. `
    : "";
  return new UserError(
    `task \`${task}\` has too few different examples${kind === undefined ? "" : ` of kind \`${kind}\``}: ` +
      `${formatInteger(asked)} asked, ${fitting}`,
    {
      place: "examples",
      value: options,
      remedy: `${turnedDown}Ask for fewer examples, or widen the task's options.`,
    },
  );
}
