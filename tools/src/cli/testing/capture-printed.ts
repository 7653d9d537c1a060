import { afterEach, beforeEach, vi } from "vitest";

/** Captures what each test of a file prints; output and exit code are reset between tests. */
export function capturePrinted(): { out: string; err: string } {
  const printed = { out: "", err: "" };
  beforeEach(() => {
    Object.assign(printed, { out: "", err: "" });
    vi.spyOn(console, "log").mockImplementation((text) => {
      printed.out += `${text}\n`;
    });
    vi.spyOn(console, "warn").mockImplementation((text) => {
      printed.err += `${text}\n`;
    });
    vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      printed.err += text;
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });
  return printed;
}
