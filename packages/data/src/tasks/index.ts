import type { Task } from "../task.ts";
import { addSub } from "./add-sub.ts";
import { composition } from "./composition.ts";
import { linearFunction } from "./function.ts";
import { lcm } from "./lcm.ts";
import { mulDiv } from "./mul-div.ts";
import { sequence } from "./sequence.ts";

/** Every task, in the order in which the paper lists them. */
export const tasks: readonly Task[] = [addSub, mulDiv, sequence, lcm, linearFunction, composition];
