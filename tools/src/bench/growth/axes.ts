/** Along what a job's cost is measured, on small models. */

/** A computation whose cost is measured, on a model of nano's width. */
export interface GrowthSetup {
  job: "attribution" | "evaluation";
  /** Whether prompts share what they begin with. */
  share: boolean;
  layers: number;
  heads: number;
  examples: number;
  /** Tokens a prompt, all of them random; 0: prompts of add-sub. */
  tokens: number;
  /** Circuits evaluated at once. */
  circuits: number;
  /** How many edges the circuits have, per cent of those there are. */
  edges: number;
}

/** All edges, per cent. */
export const WHOLE = 100;

export const axisNames = ["examples", "tokens", "layers", "heads", "circuits", "edges"] as const;
export type AxisName = (typeof axisNames)[number];

/** What is varied is one of the setup's numbers. */
export interface GrowthSeries {
  setup: GrowthSetup;
  values: readonly number[];
  /** The degree of the polynomial that its arithmetic is of what is varied; absent where it depends on the prompts. */
  degree?: 1 | 2;
}

export interface Axis {
  title: string;
  /** What theory says, and why. */
  theory: string;
  series: readonly GrowthSeries[];
}

const attribution: GrowthSetup = {
  job: "attribution",
  share: true,
  layers: 4,
  heads: 4,
  examples: 64,
  tokens: 0,
  circuits: 0,
  edges: WHOLE,
};
const evaluation: GrowthSetup = { ...attribution, job: "evaluation", circuits: 1 };

/** A series for each of both jobs. */
function both(more: Partial<GrowthSetup>, values: readonly number[], degree?: 1 | 2): GrowthSeries[] {
  return [attribution, evaluation].map((setup) => ({
    setup: { ...setup, ...more },
    values,
    ...(degree && { degree }),
  }));
}

export const axes: Record<AxisName, Axis> = {
  examples: {
    title: "Number of examples",
    theory:
      "With nothing shared, arithmetic is linear in the number of examples. Shared, it is linear in the number of different " +
      "beginnings that the prompts have, which grows more slowly.",
    series: [...both({}, [16, 32, 64, 128, 256, 500]), ...both({ share: false }, [16, 32, 64, 128], 1)],
  },
  tokens: {
    title: "Tokens a prompt",
    theory:
      "With nothing shared, arithmetic is linear in the number of tokens but for attention, which is quadratic.",
    series: both({ share: false, examples: 16 }, [8, 16, 32, 64, 128], 2),
  },
  layers: {
    title: "Layers",
    theory:
      "Arithmetic is linear in the number of layers but for edges, of which there are quadratically many.",
    series: both({}, [2, 4, 8, 12, 16], 2),
  },
  heads: {
    title: "Heads",
    theory:
      "At a fixed width the model's own arithmetic does not depend on the number of heads; edges are quadratically many.",
    series: both({}, [1, 2, 4, 8, 16], 2),
  },
  circuits: {
    title: "Circuits evaluated at once",
    theory:
      "The corrupted and the clean run serve all circuits, so that each adds its own run alone: linear, with a constant.",
    series: [{ setup: evaluation, values: [1, 2, 4, 8, 16], degree: 1 }],
  },
  edges: {
    title: "Edges of a circuit, per cent",
    theory:
      "Of a circuit only nodes on its paths from the input to the logits are computed, so that a circuit costs less the fewer " +
      "edges it has, down to the clean and the corrupted run. Here eight circuits of so many edges share these; everywhere else " +
      "circuits have all edges.",
    series: [
      { setup: { ...evaluation, layers: 8, heads: 8, circuits: 8 }, values: [1, 2, 5, 10, 20, 50, WHOLE] },
    ],
  },
};
