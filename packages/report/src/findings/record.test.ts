import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../artifacts/src/testing/temporary-folder.ts";
import { describeMachine, RECORD_FILE, type RunRecord, readRecord } from "./record.ts";

const record: RunRecord = {
  ...{ command: "npm run reproduce -- lcm", commit: "0123abc", changed: false, node: "20.0.0" },
  machine: { processor: "a CPU", cores: 2, memoryGiB: 24, system: "linux 6" },
  seconds: { "lcm.train": 12.5 },
};

test("a record is read as it was kept, and described", () => {
  const folder = temporaryFolder();
  expect(readRecord(folder)).toBeUndefined();
  writeFileSync(join(folder, RECORD_FILE), JSON.stringify(record));
  expect(readRecord(folder)).toEqual(record);
  expect(describeMachine(record)).toBe("a CPU, 2 cores, 24 GiB, linux 6");
});

test("a file that is not a record is refused by its name and its key", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, RECORD_FILE), JSON.stringify({ ...record, command: 1 }));
  expect(() => readRecord(folder)).toThrow(/command[\s\S]*record\.json/);
});
