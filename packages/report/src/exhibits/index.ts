/** The exhibits of the report, in its order. A new one is one file and one line here. */
import { accuracy } from "./accuracy.ts";
import { adapters } from "./adapters.ts";
import { change } from "./change.ts";
import { circuitCurve } from "./circuit-curve.ts";
import { circuitKinds } from "./circuit-kinds.ts";
import { circuitSize } from "./circuit-size.ts";
import { circuits } from "./circuits.ts";
import { drawing } from "./drawing.ts";
import type { ExhibitMaker } from "./exhibit.ts";
import { kinds } from "./kinds.ts";
import { layers } from "./layers.ts";
import { learningRates } from "./learning-rates.ts";
import { loss } from "./loss.ts";
import { methods } from "./methods.ts";
import { noiseFloor } from "./noise-floor.ts";
import { patching } from "./patching.ts";
import { stability } from "./stability.ts";

export const exhibitMakers: readonly ExhibitMaker[] = [
  methods,
  kinds,
  accuracy,
  loss,
  circuits,
  circuitKinds,
  circuitSize,
  circuitCurve,
  change,
  adapters,
  noiseFloor,
  stability,
  patching,
  drawing,
  layers,
  learningRates,
];
