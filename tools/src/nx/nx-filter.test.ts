import { expect, test } from "vitest";
import { nxFilter } from "./nx-filter.ts";

test("output replayed from the cache is left out, new output is shown", () => {
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
  expect(output.split("\n").filter(nxFilter())).toEqual([
    " NX   Running target report for project x.report and 2 tasks it depends on:",
    "> nx run x.data:data  [local cache]",
    "> nx run x.probe:train  [existing outputs match the cache, left as is]",
    "> nx run x.report:report",
    "x.report: writing",
    " NX   Successfully ran target report",
  ]);
});

test("colours make no difference", () => {
  const lines = [
    "\u001b[2m> \u001b[22m\u001b[2mnx run\u001b[22m x.a:go  \u001b[2m[local cache]\u001b[22m",
    "replayed",
  ];
  expect(lines.filter(nxFilter())).toEqual([lines[0]]);
});

test("TensorFlow's greeting is left out", () => {
  const lines = [
    "x.probe: WARNING: All log messages before absl::InitializeLog() is called are written to STDERR",
    "x.probe: I0000 00:00:1795356581.773074   21953 port.cc:153] oneDNN custom operations are on. You may see",
    "x.probe: I0000 00:00:1795356581.868718   21953 cpu_feature_guard.cc:227] This TensorFlow binary is optimized to",
    "x.probe: To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow",
    "x.probe: training: 3/6 updates",
  ];
  expect(lines.filter(nxFilter())).toEqual([lines[4]]);
});
