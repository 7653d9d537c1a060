/** The kinds of stages in this package. */

import { type AnyStage, defineStage, kinds } from "@ft/artifacts";
import { admitCircuits, admitEvaluation, admitScores, admitUnion } from "./admit.ts";
import { attributeConfig } from "./attribute/config.ts";
import { run as attribute } from "./attribute/run.ts";
import { estimateAttribution, estimateCircuits, estimateEvaluation, estimateUnion } from "./estimate.ts";
import { evaluateConfig } from "./evaluate/config.ts";
import { run as evaluate } from "./evaluate/run.ts";
import { circuitsConfig } from "./select/config.ts";
import { run as select } from "./select/run.ts";
import { unionConfig } from "./union/config.ts";
import { run as union } from "./union/run.ts";

export const stages: readonly AnyStage[] = [
  defineStage(kinds.attribute, {
    config: attributeConfig,
    run: attribute,
    admitOutput: admitScores,
    estimate: estimateAttribution,
  }),
  defineStage(kinds.circuits, {
    config: circuitsConfig,
    run: select,
    admitOutput: admitCircuits,
    estimate: estimateCircuits,
  }),
  defineStage(kinds.union, {
    config: unionConfig,
    run: union,
    admitOutput: admitUnion,
    estimate: estimateUnion,
  }),
  defineStage(kinds.evaluate, {
    config: evaluateConfig,
    run: evaluate,
    admitOutput: admitEvaluation,
    estimate: estimateEvaluation,
  }),
];
