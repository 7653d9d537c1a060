import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { addressLimit, addressRemedy } from "./address-limit.js";

const limits = (soft: string) => `Limit                     Soft Limit           Hard Limit           Units
Max open files            1024                 524288               files
Max address space         ${soft.padEnd(20)} unlimited            bytes
`;

test("the limit on addresses is the one in force, and undefined if there is none", () => {
  expect(addressLimit(limits("1024000000"))).toBe(1_024_000_000);
  expect(addressLimit(limits("unlimited"))).toBeUndefined();
  expect(addressLimit(limits(String(2 ** 40))), "an ample one").toBeUndefined();
  expect(addressLimit("")).toBeUndefined();
});

test("its remedy gives it in ulimit's unit", () => {
  expect(addressRemedy(1_024_000_000)).toContain("(ulimit -v 1000000)");
});

test.runIf(process.platform === "linux")("a process reads the limit that its shell was given", () => {
  const module = new URL("address-limit.js", import.meta.url);
  const script = `console.log((await import(${JSON.stringify(module)})).addressLimit())`;
  const command = 'ulimit -v 8000000; exec "$0" --input-type=module --eval "$1"';
  expect(execFileSync("sh", ["-c", command, process.execPath, script], { encoding: "utf8" })).toBe(
    "8192000000\n",
  );
});
