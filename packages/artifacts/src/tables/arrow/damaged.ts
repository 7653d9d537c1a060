import { UserError } from "@ft/bytes";

/** The error of an Arrow file whose bytes contradict each other. */
export function damaged(file: string, how: string, place?: string): UserError {
  return new UserError(`the Arrow file is damaged: ${how}`, {
    file,
    ...(place !== undefined && { place }),
    remedy: "write it again",
  });
}

/** Runs code that trusts the file: any error it throws is reported as damage to the file. */
export function reading<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof UserError ? error : damaged(file, (error as Error).message);
  }
}
