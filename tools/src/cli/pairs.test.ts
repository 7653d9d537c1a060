import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { initializeModel, type ModelConfig, saveModel } from "@ft/model";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gptNeoxConfig } from "../../../packages/model/src/testing/gpt-neox-config.ts";
import { main } from "./main.ts";
import { capturePrinted } from "./testing/capture-printed.ts";

const config: ModelConfig = gptNeoxConfig({
  layers: 1,
  dModel: 8,
  dMlp: 16,
  vocabulary: 1192,
  rotaryDims: 2,
  initializerRange: 0.5,
});
const nano = fileURLToPath(new URL("../../../models/nano/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "ft-pairs-"));
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  const { weights } = initializeModel(config, 1);
  await saveModel(at("model"), { config, weights });
  for (const { data } of weights.values()) data.fill(0);
  await saveModel(at("indifferent"), { config, weights });
  for (const model of ["model", "indifferent"])
    for (const file of ["tokenizer.json", "tokenizer_config.json"])
      copyFileSync(join(nano, file), join(at(model), file));
});
afterAll(() => rmSync(folder, { recursive: true }));

const printed = capturePrinted();

const rows = [
  { clean: "5 + 12 =", corrupted: "5 + 13 =", answer: "17", wrong: "18" },
  { clean: "6 + 12 =", corrupted: "6 + 14 =", answer: "18", wrong: "20" },
];
const csv = "clean,corrupted,label,corrupted_label\n5 + 12 =,5 + 13 =,17,18\n6 + 12 =,6 + 14 =, 18, 20\n";

/** The graph's scores with these pairs, or undefined if none was written. */
async function attribute(name: string, content: string, ...options: string[]): Promise<unknown> {
  writeFileSync(at(name), content);
  rmSync(at("graph.json"), { force: true });
  const files = ["--model", at("model"), "--pairs", at(name), "--out", at("graph.json")];
  await main(["attribute", ...files, "--metric", "logit-diff", "--steps", "2", "--edges", "5", ...options]);
  return existsSync(at("graph.json")) ? JSON.parse(readFileSync(at("graph.json"), "utf8")).edges : undefined;
}

describe("ft attribute", () => {
  test("gives the same scores for the same pairs, whatever their format", async () => {
    const scores = await attribute("pairs.csv", csv);
    expect(Object.keys(scores as object).length).toBeGreaterThan(10);
    const spaced = rows.map((row) => ({ ...row, answer: ` ${row.answer}` }));
    expect(await attribute("pairs.jsonl", spaced.map((row) => JSON.stringify(row)).join("\n"))).toEqual(
      scores,
    );
    expect(await attribute("pairs.json", JSON.stringify(rows))).toEqual(scores);
    expect(await attribute("other.json", JSON.stringify(rows), "--join", "newline")).not.toEqual(scores);
  });

  test("reads rows of MIB as pairs, and takes the corrupted prompts from another counterfactual by name", async () => {
    const mib = rows.map(({ clean, corrupted, answer, wrong }) => ({
      prompt: clean,
      label: answer,
      random_counterfactual: { prompt: corrupted, label: Number(wrong) },
      ones_op1_counterfactual: { prompt: clean.replace(/^./, "9"), label: 21 },
    }));
    const content = mib.map((row) => JSON.stringify(row)).join("\n");
    const scores = await attribute("mib.jsonl", content);
    expect(scores).toEqual(await attribute("pairs.csv", csv));
    const named = await attribute("mib.jsonl", content, "--counterfactual", "ones_op1_counterfactual");
    const pairs = mib.map(({ prompt, label, ones_op1_counterfactual: other }) =>
      [prompt, other.prompt, label, other.label].join(),
    );
    expect(named).toEqual(await attribute("other.csv", ["clean,corrupted,label,wrong", ...pairs].join("\n")));
    expect(named).not.toEqual(scores);
  });

  test("counts unusable pairs, and writes nothing or leaves them out, as asked", async () => {
    const scores = await attribute("pairs.csv", csv);
    const mixed = `${csv}zebra + 3 =,5 + 3 =,8,9\n5 + 3 =,5 + 3 =,8,9\n`;
    expect(await attribute("mixed.csv", mixed)).toBeUndefined();
    expect(printed.err).toMatch(
      /error 2 of 4 rows cannot be used\n[\s\S]*line 4: "zebra"\n[\s\S]*--unusable drop/,
    );
    expect(process.exitCode).toBe(1);
    process.exitCode = undefined;
    expect(await attribute("mixed.csv", mixed, "--unusable", "drop")).toEqual(scores);
    expect(printed.err).toMatch(/left out 2 of 4 rows\n/);
    expect(process.exitCode).toBeUndefined();
  });
});

test("ft evaluate reports undefined faithfulness if the corruption does not change the model's output", async () => {
  await attribute("pairs.csv", csv);
  const files = ["--model", at("indifferent"), "--pairs", at("pairs.csv"), "--circuit", at("graph.json")];
  await main(["evaluate", ...files, "--out", at("result.json")]);
  expect(printed.out).toContain(
    "faithfulness undefined (the model's output does not depend on the corruption)",
  );
  expect(JSON.parse(readFileSync(at("result.json"), "utf8")).faithfulness).toBeNull();
});
