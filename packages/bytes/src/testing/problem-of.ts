import { expect } from "vitest";
import { UserError } from "../user-error.js";

/** The message of the UserError that `run` must throw. */
export function problemOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).message;
  }
  throw new Error("it was accepted");
}
