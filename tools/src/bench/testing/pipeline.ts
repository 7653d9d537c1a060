import type { Pipeline } from "../pipeline/measure-pipeline.ts";

const nothing = { cpu: 0, wall: 0 };

/** Two stages one after the other, one of which opens the backend for 0.2 s and works for 1 s. */
export const pipeline: Pipeline = {
  experiment: "tiny",
  whole: { cpu: 4000, wall: 4200 },
  again: { cpu: 1000, wall: 1100 },
  stages: [
    {
      stage: "data",
      phases: {
        start: { cpu: 200, wall: 250 },
        inputs: nothing,
        model: nothing,
        backend: nothing,
        work: { cpu: 200, wall: 200 },
        outputs: nothing,
      },
      alive: [1000, 1450],
      working: [[1250, 1450]],
    },
    {
      stage: "circuits",
      phases: {
        start: { cpu: 200, wall: 250 },
        inputs: nothing,
        model: nothing,
        backend: { cpu: 200, wall: 300 },
        work: { cpu: 800, wall: 800 },
        outputs: nothing,
      },
      alive: [1500, 2850],
      working: [[1800, 2650]],
    },
  ],
};
