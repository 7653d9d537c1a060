import { randomBytes } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { isAlive } from "@ft/bytes";

const pattern = /^\.(.+)~([^~]+)~(\d+)~[0-9a-f]{8}$/;

/** A hidden path next to `path`, unique to this process and named after it. */
export function temporaryName(path: string): string {
  const name = `.${basename(path)}~${hostname()}~${process.pid}~${randomBytes(4).toString("hex")}`;
  return join(dirname(path), name);
}

/** Removes the temporary files of processes that were killed while writing `path`. */
export function removeLeftovers(path: string): void {
  const folder = dirname(path);
  for (const name of readdirSync(folder)) {
    const [, target, host, pid] = pattern.exec(name) ?? [];
    if (target !== basename(path) || host !== hostname() || isAlive(Number(pid))) continue;
    rmSync(join(folder, name), { recursive: true, force: true });
  }
}
