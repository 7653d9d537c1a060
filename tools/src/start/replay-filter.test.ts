import { expect, test } from "vitest";
import { replayFilter } from "./replay-filter.ts";

test("what Nx replays from its cache is left out, what runs now is shown", () => {
  const output = `
 NX   Running target report for project x.report and 2 tasks it depends on:
> nx run x.data:data  [local cache]
> node packages/data/dist/main.js
drawing examples: 5,000/5,000
> nx run x.probe:train  [existing outputs match the cache, left as is]
training: 10/10
> nx run x.report:report
x.report: writing
 NX   Successfully ran target report`;
  expect(output.split("\n").filter(replayFilter()).join("\n")).toBe(`
 NX   Running target report for project x.report and 2 tasks it depends on:
> nx run x.data:data  [local cache]
> nx run x.probe:train  [existing outputs match the cache, left as is]
> nx run x.report:report
x.report: writing
 NX   Successfully ran target report`);
});

test("colours do not matter", () => {
  const lines = [
    "\u001b[2m> \u001b[22m\u001b[2mnx run\u001b[22m x.a:go  \u001b[2m[local cache]\u001b[22m",
    "replayed",
  ];
  expect(lines.filter(replayFilter())).toEqual([lines[0]]);
});
