/** The tables and figures over experiments, in their order. A new one is one file and one line here. */
import { accuracy, adalora } from "./accuracy.ts";
import { adapters } from "./adapters.ts";
import { change } from "./change.ts";
import { criticalLayers } from "./critical-layers.ts";
import { faithfulness } from "./faithfulness.ts";
import { gainByTask } from "./gain.ts";
import { kinds } from "./kinds.ts";
import type { PaperExhibitMaker } from "./paper-exhibit.ts";
import { patching } from "./patching.ts";
import { rank } from "./rank.ts";
import { rates } from "./rates.ts";
import { robustness } from "./robustness.ts";
import { union } from "./union.ts";

export const paperExhibitMakers: readonly PaperExhibitMaker[] = [
  accuracy,
  adalora,
  gainByTask,
  rank,
  kinds,
  faithfulness,
  change,
  adapters,
  criticalLayers,
  union,
  robustness,
  patching,
  rates,
];
