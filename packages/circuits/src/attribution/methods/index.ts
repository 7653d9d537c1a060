/** The registry of methods of attribution: one file each, one line in {@link methods}. */
import { didYouMean, UserError } from "@ft/artifacts";
import { cleanCorrupted } from "./clean-corrupted.ts";
import { eap } from "./eap.ts";
import { eapIg } from "./eap-ig.ts";
import { eapIgActivations } from "./eap-ig-activations.ts";
import { exact } from "./exact.ts";
import type { Method } from "./method.ts";

export { type Field, type Grid, grids, type Method, type Reference, references } from "./method.ts";

export const methods: readonly Method[] = [eap, eapIg, eapIgActivations, cleanCorrupted, exact];

export const methodNames: readonly string[] = methods.map(({ name }) => name);

/** Every method with what it does, for descriptions of options. */
export const methodsDescribed = methods.map(({ name, description }) => `${name}: ${description}`).join("; ");

/** @throws UserError if no method has the name */
export function methodNamed(name: string): Method {
  const found = methods.find((method) => method.name === name);
  if (found) return found;
  throw new UserError(`there is no method of attribution \`${name}\`${didYouMean(name, methodNames)}`, {
    remedy: `methods are ${methodNames.join(", ")}`,
  });
}
