import { afterEach, expect, test } from "vitest";
import { WorkerError, WorkerProcess } from "./worker-process.ts";

let worker: WorkerProcess;
const start = (program: string) => {
  worker = new WorkerProcess([process.execPath, "--eval", program], process.cwd());
  return worker;
};
afterEach(() => worker.stop());

const request = { do: "run", examples: 1, values: false } as const;

/** Answers every line by `answer`, an expression. */
const answering = (answer: string) => `
  require("node:readline").createInterface({ input: process.stdin }).on("line", () => {
    console.log(JSON.stringify(${answer}));
  });`;

test("requests are answered one after the other by the same process", async () => {
  start(answering("{ cpu: (globalThis.asked = (globalThis.asked ?? 0) + 1) }"));
  expect(await worker.ask(request)).toEqual({ cpu: 1 });
  expect(await worker.ask(request)).toEqual({ cpu: 2 });
});

test("a refusal is an error with the worker's reason", async () => {
  start(answering('{ error: "it does not fit" }'));
  await expect(worker.ask(request)).rejects.toThrow(new WorkerError("it does not fit"));
});

test("the death of a worker is an error with the end of its output", async () => {
  start('console.error("out of memory"); process.exit(1)');
  await expect(worker.ask(request)).rejects.toThrow("out of memory");
});
