import type { Task } from "../task.ts";
import { addSub } from "./add-sub.ts";
import { composition } from "./composition.ts";
import { docstring } from "./docstring.ts";
import { linearFunction } from "./function.ts";
import { greaterThan } from "./greater-than.ts";
import { ioi } from "./ioi.ts";
import { lcm } from "./lcm.ts";
import { mulDiv } from "./mul-div.ts";
import { sequence } from "./sequence.ts";
import { subjectVerbAgreement } from "./subject-verb-agreement.ts";

/** Every task: the paper's in the order in which it lists them, then those of the literature on circuits. */
export const tasks: readonly Task[] = [
  ...[addSub, mulDiv, sequence, lcm, linearFunction, composition],
  ...[ioi, greaterThan, subjectVerbAgreement, docstring],
];
