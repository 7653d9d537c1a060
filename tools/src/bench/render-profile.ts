/** A profile for a terminal, with what it says about matrix products in a last line. */
import Table from "cli-table3";
import { percent } from "./format.ts";
import type { Profile } from "./profile.ts";
import { BETWEEN, summarize } from "./profile-summary.ts";

export function renderProfile(profile: Profile): string {
  const { shape, cpu, wall, operations, matrixSpeed } = profile;
  const { products, productSpeed, ideal, rest } = summarize(profile);
  const table = new Table({
    head: ["operation", "calls", "ms", "share", "GFLOP/s"],
    colAligns: ["left", "right", "right", "right", "right"],
    style: { head: [], border: [] },
  });
  const row = (name: string, calls: number | string, share: number, flops = 0) => {
    const milliseconds = share * cpu;
    const speed = flops > 0 ? (flops / milliseconds / 1e6).toFixed(1) : "";
    table.push([name, calls, milliseconds.toFixed(1), percent(share), speed]);
  };
  for (const { name, calls, milliseconds, flops } of operations) row(name, calls, milliseconds / wall, flops);
  row(BETWEEN, "", rest.find(({ name }) => name === BETWEEN)!.share);
  return [
    shape,
    table.toString(),
    `${percent(products)} of the time in matrix products, at ${percent(productSpeed)} of this machine's ` +
      `${(matrixSpeed / 1e9).toFixed(0)} GFLOP/s; all arithmetic at that speed would take ${percent(ideal / cpu)} of the time`,
  ].join("\n");
}
