import { randomBytes } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { isAlive } from "@ft/bytes";

const pattern = /^\.(.+)~([^~]+)~(\d+)~[0-9a-f]{8}$/;

/** A path beside `path` that no other process uses, hidden, and telling whose it is. */
export function temporaryName(path: string): string {
  const name = `.${basename(path)}~${hostname()}~${process.pid}~${randomBytes(4).toString("hex")}`;
  return join(dirname(path), name);
}

/** Removes what processes that were killed while writing `path` left beside it. */
export function removeLeftovers(path: string): void {
  const folder = dirname(path);
  for (const name of readdirSync(folder)) {
    const [, target, host, pid] = pattern.exec(name) ?? [];
    if (target !== basename(path) || host !== hostname() || isAlive(Number(pid))) continue;
    rmSync(join(folder, name), { recursive: true, force: true });
  }
}
