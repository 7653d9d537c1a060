import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { checkTable, type ProbeOptions } from "./check-table.ts";
import { foreignFile, foreignSchema } from "./testing/foreign/foreign-schema.ts";

const file = foreignFile("lz4");

/** A worker that reports that it is ready, and then runs the given code. */
function workerThat(does: string): Partial<ProbeOptions> {
  const program = `import { parentPort } from "node:worker_threads"; parentPort.postMessage("ready"); ${does}`;
  return { worker: new URL(`data:text/javascript,${encodeURIComponent(program)}`), seconds: 0.2 };
}

test("a table without a manifest is read and its rows counted, or it is refused", async () => {
  expect(await checkTable(file, foreignSchema)).toBe(3);
  const damaged = fileURLToPath(import.meta.resolve("./testing/damaged/hang-layers.arrow"));
  await expect(checkTable(damaged, foreignSchema)).rejects.toThrow("a length exceeds its metadata");
});

describe("reading a table cannot take this process down", () => {
  test("a reader that hangs is stopped after a time proportional to the file", async () => {
    const hanging = workerThat("for (;;);");
    await expect(checkTable(file, foreignSchema, hanging)).rejects.toThrow(
      "it could not be read within 0.2 s",
    );
    const slow = checkTable(file, foreignSchema, { ...hanging, secondsPerMib: 300 });
    await expect(slow).rejects.toThrow("it could not be read within 0.7 s");
  });

  test("a reader that runs out of memory is reported as a damaged file", async () => {
    const greedy = workerThat("const all = []; for (;;) all.push(new Array(1000).fill({}));");
    await expect(
      checkTable(file, foreignSchema, { ...greedy, seconds: 30, heapMib: 16 }),
    ).rejects.toMatchObject({
      name: "UserError",
      problem: "the Arrow file is damaged: reading it takes more than 16 MiB",
    });
  });

  test("a reader with a bug is reported as a bug", async () => {
    const buggy = workerThat('throw new TypeError("a bug");');
    await expect(checkTable(file, foreignSchema, buggy)).rejects.toThrow(TypeError);
    const silent = workerThat("process.exit(3);");
    await expect(checkTable(file, foreignSchema, silent)).rejects.toThrow(
      /^the worker .* ended with code 3$/,
    );
  });
});

test("pipes and folders are refused before anything waits for them", async () => {
  const folder = temporaryFolder();
  execFileSync("mkfifo", [join(folder, "pipe.arrow")]);
  mkdirSync(join(folder, "folder.arrow"));
  for (const name of ["pipe.arrow", "folder.arrow", "none.arrow"]) {
    await expect(checkTable(join(folder, name), foreignSchema)).rejects.toMatchObject({ name: "UserError" });
  }
});
