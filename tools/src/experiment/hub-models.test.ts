import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { modelFolder } from "@ft/artifacts";
import { expect, test, vi } from "vitest";
import { temporaryFolder } from "../../../packages/artifacts/src/testing/temporary-folder.ts";
import { capturePrinted } from "../cli/testing/capture-printed.ts";
import { tinyHub } from "../hub/testing/tiny-hub.ts";
import { checkExperiment } from "./check-experiment.ts";

const printed = capturePrinted();
const hub = tinyHub();

/** An experiment on a model of the hub. */
function write(content: object): string {
  vi.stubEnv("HF_ENDPOINT", hub.server.endpoint);
  for (const name of ["HF_TOKEN", "HF_HUB_OFFLINE"]) vi.stubEnv(name, "");
  const root = temporaryFolder();
  const file = join(root, "experiments/mine/experiment.json");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(join(root, "nx.json"), "{}");
  writeFileSync(file, JSON.stringify({ model: "hf://org/tiny", ...content }));
  return file;
}

const plan = { uses: "lora", config: { plans: [{ name: "a", method: "uniform", rank: 2 }] } };

test("a model that was not fetched is a mistake when an experiment is checked, with the command that fetches it", async () => {
  const file = write({ stages: { plan, late: { uses: "lora", config: { plan: [] } } } });
  const checking = checkExperiment(file);
  await expect(checking).rejects.toThrow(
    /model: hf:\/\/org\/tiny is not in the download cache \(.*\); fetch it: npx ft model fetch hf:\/\/org\/tiny/,
  );
  await expect(checking).rejects.toThrow(/stages.late.config/);
  expect(hub.server.requests).toEqual([]);
});

test("it is fetched when an experiment is run, once for all its points, and asked about no more", async () => {
  const sweep = { rank: { "stages.plan.config.plans": [plan.config.plans, plan.config.plans] } };
  const file = write({ stages: { plan }, sweep });
  await checkExperiment(file, { fetch: true });
  expect(modelFolder("hf://org/tiny")).toContain(hub.cache);
  const requests = hub.server.requests.length;
  expect(hub.server.downloads.filter((path) => path === "store model.safetensors")).toHaveLength(1);
  await checkExperiment(file, { fetch: true });
  await checkExperiment(file);
  expect(hub.server.requests).toHaveLength(requests);
  expect(printed.err).toContain("downloading hf://org/tiny");
});

test("it is not fetched for an experiment with a mistake", async () => {
  const file = write({ stages: { plan: { uses: "lroa" } } });
  await expect(checkExperiment(file, { fetch: true })).rejects.toThrow("not a kind of stage");
  expect(hub.server.requests).toEqual([]);
});

test("a model that the hub refuses is a mistake with the reason", async () => {
  const file = write({ model: "hf://org/none", stages: { plan } });
  await expect(checkExperiment(file, { fetch: true })).rejects.toThrow(
    /model: the hub does not show org\/none.*check the name/,
  );
});
