/**
 * The figures that the paper has published, on Pythia-1.4B (arXiv 2502.11812): in its text, or in the authors' rebuttal and
 * circuit files where noted. Fractions, like everything in the tables.
 */

/** A method's accuracy by task, with its share of trained parameters (rebuttal). */
export interface PublishedMethod {
  method: string;
  parameterRatio: number;
  accuracy: Readonly<Record<string, number>>;
}

export const publishedMethods = {
  adalora: {
    method: "AdaLoRA, paper",
    parameterRatio: 0.017481,
    accuracy: { "add-sub-300": 0.767, "mul-div": 0.9275, sequence: 0.901, lcm: 0.898, function: 0.982 },
  },
  circuitLora: {
    method: "CircuitLoRA (16, 64), paper",
    parameterRatio: 0.014248,
    accuracy: { "add-sub-300": 0.831, "mul-div": 0.97, sequence: 0.946, lcm: 0.93, function: 0.995 },
  },
} as const satisfies Record<string, PublishedMethod>;

/** Critical layers, most changed first (rebuttal); the paper has one list for all add-sub tasks. */
export const publishedLayers: Readonly<Record<string, readonly number[]>> = {
  "add-sub": [0, 4, 6, 5, 2],
  "mul-div": [0, 3, 4, 11, 13],
  sequence: [0, 7, 9, 10, 11],
  function: [0, 3, 4, 13, 14],
  lcm: [0, 3, 4, 11, 13],
};

/** Faithfulness of the union of the composition's circuits by the share of edges kept (rebuttal). */
export const publishedUnion: readonly { fraction: number; faithfulness: number }[] = [
  { fraction: 0.01, faithfulness: 0.674 },
  { fraction: 0.02, faithfulness: 0.794 },
  { fraction: 0.03, faithfulness: 0.837 },
  { fraction: 0.04, faithfulness: 0.872 },
  { fraction: 0.05, faithfulness: 0.892 },
  { fraction: 0.06, faithfulness: 0.894 },
  { fraction: 0.08, faithfulness: 0.896 },
  { fraction: 0.1, faithfulness: 0.897 },
];

/** Change of the composition's circuit by LoRA of rank 2, measured on the authors' two circuit files. */
export const publishedChange = { task: "composition", nodes: 0.2335, edges: 0.8017 };

/** The ratio of edge to node change that the paper reports. */
export const publishedRatio = [2, 4] as const;

/** The layers published for an experiment's task: that which its name begins with. */
export function layersPublishedFor(experiment: string): readonly number[] | undefined {
  const task = Object.keys(publishedLayers).find((name) => `${experiment}-`.startsWith(`${name}-`));
  return task === undefined ? undefined : publishedLayers[task];
}
