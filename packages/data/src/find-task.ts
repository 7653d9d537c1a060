import { didYouMean, UserError } from "@ft/artifacts";
import type { Task } from "./task.ts";
import { tasks } from "./tasks/index.ts";

/** The task of that name. @throws UserError that lists the names, if there is none */
export function findTask(name: string): Task {
  const found = tasks.find((task) => task.name === name);
  if (found !== undefined) return found;
  const names = tasks.map((task) => task.name);
  throw new UserError(`there is no task \`${name}\`${didYouMean(name, names)}`, {
    remedy: `Tasks are ${names.join(", ")}.`,
  });
}
