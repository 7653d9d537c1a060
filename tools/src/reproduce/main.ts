/** The program behind `npm run reproduce`. */
import { reportFailure } from "@ft/artifacts";
import { createReproduce } from "./command.ts";

try {
  await createReproduce().parseAsync();
} catch (error) {
  reportFailure(error);
  process.exitCode ??= 1;
}
