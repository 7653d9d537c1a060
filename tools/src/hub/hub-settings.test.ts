import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { temporaryFolder } from "../../../packages/artifacts/src/testing/temporary-folder.ts";
import { hubSettings } from "./hub-settings.ts";

test("the hub is huggingface.co or the mirror in HF_ENDPOINT", () => {
  expect(hubSettings({}).endpoint).toBe("https://huggingface.co");
  expect(hubSettings({ HF_ENDPOINT: "https://mirror.example/hf/" }).endpoint).toBe(
    "https://mirror.example/hf",
  );
  for (const HF_ENDPOINT of ["mirror.example", "ftp://mirror.example", "https://"])
    expect(() => hubSettings({ HF_ENDPOINT })).toThrow("HF_ENDPOINT is not the address of a hub");
});

test("the token is HF_TOKEN, its older name, or the one that was saved by a log-in", () => {
  const home = temporaryFolder();
  vi.stubEnv("HF_HOME", home);
  expect(hubSettings({}).token).toBeUndefined();
  writeFileSync(join(home, "token"), "saved\n");
  expect(hubSettings({}).token).toBe("saved");
  mkdirSync(join(home, "other"));
  writeFileSync(join(home, "other", "token"), "elsewhere");
  expect(hubSettings({ HF_TOKEN_PATH: join(home, "other", "token") }).token).toBe("elsewhere");
  expect(hubSettings({ HUGGING_FACE_HUB_TOKEN: "older" }).token).toBe("older");
  expect(hubSettings({ HF_TOKEN: "own", HUGGING_FACE_HUB_TOKEN: "older" }).token).toBe("own");
  expect(hubSettings({ HF_TOKEN: "own", HF_HUB_DISABLE_IMPLICIT_TOKEN: "1" }).token).toBeUndefined();
  vi.unstubAllEnvs();
});

test("the cache alone is used if HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE is on", () => {
  const offline = (env: NodeJS.ProcessEnv) => hubSettings(env).offline;
  expect(["1", "true", "ON", "yes"].map((value) => offline({ HF_HUB_OFFLINE: value }))).not.toContain(false);
  expect(offline({ TRANSFORMERS_OFFLINE: "1" })).toBe(true);
  expect(["", "0", "no"].map((value) => offline({ HF_HUB_OFFLINE: value }))).not.toContain(true);
});
