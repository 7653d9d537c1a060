import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { UserError } from "@ft/bytes";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  decidingFiles,
  findSnapshot,
  hubCache,
  isHubId,
  linkedFolders,
  missingFiles,
  modelFolder,
  parseHubModel,
  renderHubModel,
  snapshotName,
} from "../index.js";
import { repository } from "../testing/repository.ts";

const COMMIT = "a39f36b100fe8a5377810d56c3f4789b9c53ac42";

afterEach(() => vi.unstubAllEnvs());

describe("a name", () => {
  test.each([
    ["hf://EleutherAI/pythia-70m", "EleutherAI/pythia-70m", "main"],
    ["hf://gpt2", "gpt2", "main"],
    ["hf://org/name@v1.0", "org/name", "v1.0"],
    [`hf://org/na_me.x@${COMMIT}`, "org/na_me.x", COMMIT],
    ["hf://org/name@refs/pr/1", "org/name", "refs/pr/1"],
    ["hf://org/name@refs%2Fpr%2F1", "org/name", "refs/pr/1"],
  ])("%s is a model of the hub", (name, id, revision) => {
    expect(parseHubModel(name)).toEqual({ id, revision });
    expect(parseHubModel(renderHubModel({ id, revision }))).toEqual({ id, revision });
  });

  test.each(["models/nano", "EleutherAI/pythia-70m", "/hf://x", "../m", "hf:", "C:\\models"])(
    "%s is a folder",
    (name) => expect(parseHubModel(name)).toBeUndefined(),
  );

  test.each([
    "hf://",
    "hf://a/b/c",
    "hf://models/a",
    "hf://datasets/a",
    "hf://../a",
    "hf://a--b/c",
    "hf://a/b.git",
    "hf://a/..",
    "hf://a b/c",
    "hf://a/b@",
    "hf://a/b@../../x",
    "hf://a/b@x/../../../y",
    "hf://a/b@/x",
    "hf://a/b@x\\y",
    `hf://a/b@${"x".repeat(201)}`,
  ])("%s is refused with the form that names have", (name) => {
    expect(() => parseHubModel(name)).toThrow(UserError);
    expect(() => parseHubModel(name)).toThrow("write hf://OWNER/NAME or hf://OWNER/NAME@REVISION");
  });

  test("of a model in experiment.json is checked with the rest of it", () => {
    const { mistakes, read } = repository({
      bad: { model: "hf://a/b/c" },
      good: { model: "hf://a/b@v1", stages: { data: { uses: "data" } } },
    });
    expect(mistakes("bad")).toEqual([
      expect.stringMatching(
        /^model: this is not the name of a model of the hub: "hf:\/\/a\/b\/c"; write hf:/,
      ),
    ]);
    expect(read("good").experiment.model).toBe("hf://a/b@v1");
  });
});

describe("the cache", () => {
  test("is where huggingface_hub has it", () => {
    for (const name of ["HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "XDG_CACHE_HOME"])
      vi.stubEnv(name, "");
    expect(hubCache()).toBe(join(homedir(), ".cache", "huggingface", "hub"));
    vi.stubEnv("XDG_CACHE_HOME", "/xdg");
    expect(hubCache()).toBe(join("/xdg", "huggingface", "hub"));
    vi.stubEnv("HF_HOME", "~/hf");
    expect(hubCache()).toBe(join(homedir(), "hf", "hub"));
    vi.stubEnv("HUGGINGFACE_HUB_CACHE", "/old");
    expect(hubCache()).toBe("/old");
    vi.stubEnv("SCRATCH", "/scratch");
    vi.stubEnv("HF_HUB_CACHE", ["$SCRATCH", "$", "{SCRATCH}/$NOTSET"].join(""));
    expect(hubCache()).toBe("/scratch/scratch/$NOTSET");
  });
});

/** A cache laid out as Python's huggingface_hub does it, with a commit of org/name. */
describe("a model in the cache", () => {
  let cache: string;
  let home: string;
  let snapshot: string;
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), "ft-cache-"));
    home = join(cache, "models--org--name");
    snapshot = join(home, "snapshots", COMMIT);
    vi.stubEnv("HF_HUB_CACHE", cache);
    put("config.json", "tokenizer.json", "README.md", "pytorch_model.bin", "model.safetensors");
    write(join(home, "refs", "main"), COMMIT);
    write(join(home, "refs", "refs", "pr", "1"), COMMIT);
  });
  afterEach(() => rmSync(cache, { recursive: true }));

  function write(file: string, text: string): void {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Files of the snapshot: links to files named after their contents. */
  function put(...names: string[]): void {
    mkdirSync(snapshot, { recursive: true });
    for (const name of names) {
      write(join(home, "blobs", `hash-of-${name}`), name);
      symlinkSync(`../../blobs/hash-of-${name}`, join(snapshot, name));
    }
  }

  const remove = (name: string) => rmSync(join(snapshot, name));

  test.each(["hf://org/name", "hf://org/name@refs/pr/1", `hf://org/name@${COMMIT}`])(
    "%s is found",
    (name) => {
      expect(modelFolder(name)).toBe(snapshot);
      expect(findSnapshot(parseHubModel(name)!)).toEqual({ commit: COMMIT, folder: snapshot });
      expect(snapshotName(snapshot)).toBe(`hf://org/name@${COMMIT}`);
    },
  );

  test("that is not there is refused with the command that fetches it", () => {
    for (const name of ["hf://org/other", "hf://org/name@v2", `hf://org/name@${"b".repeat(40)}`])
      expect(() => modelFolder(name)).toThrow(
        new RegExp(`${name} is not in the download cache[\\s\\S]*npx ft model fetch ${name}`),
      );
  });

  test("whose ref is damaged is not there", () => {
    write(join(home, "refs", "main"), `../snapshots/${COMMIT}`);
    expect(() => modelFolder("hf://org/name")).toThrow("is not in the download cache");
  });

  test("lacks a file whose bytes are gone", () => {
    rmSync(join(home, "blobs", "hash-of-config.json"));
    expect(() => modelFolder("hf://org/name")).toThrow(
      /only partly[\s\S]*\["config.json"\][\s\S]*ft model fetch/,
    );
  });

  test("needs a tokenizer, unless the repository is known to have none", () => {
    remove("tokenizer.json");
    expect(missingFiles(snapshot)).toEqual(["tokenizer.json"]);
    write(join(home, ".no_exist", COMMIT, "tokenizer.json"), "");
    expect(modelFolder("hf://org/name")).toBe(snapshot);
  });

  test("needs all files of weights that its index names", () => {
    remove("model.safetensors");
    expect(missingFiles(snapshot)).toEqual(["model.safetensors"]);
    put("model-1.safetensors");
    const map = { a: "model-1.safetensors", b: "model-2.safetensors", c: "../x.safetensors", d: 7 };
    write(join(snapshot, "model.safetensors.index.json"), JSON.stringify({ weight_map: map }));
    expect(missingFiles(snapshot)).toEqual(["model-2.safetensors"]);
    put("model-2.safetensors", "model-3.safetensors");
    expect(missingFiles(snapshot)).toEqual([]);
    expect(decidingFiles(snapshot)).toEqual([
      ...["config.json", "model-1.safetensors", "model-2.safetensors", "model.safetensors.index.json"],
      "tokenizer.json",
    ]);
  });

  test("is decided by one file of weights if there is one, whatever lies next to it", () => {
    put("special_tokens_map.json", "model-1.safetensors", "vocab.json");
    write(join(snapshot, "model.safetensors.index.json"), '{"weight_map": {"a": "model-1.safetensors"}}');
    expect(decidingFiles(snapshot)).toEqual([
      ...["config.json", "model.safetensors", "special_tokens_map.json", "tokenizer.json"],
    ]);
  });

  test("may link to its own files, and to a store that the cache has for all, if that is marked", () => {
    expect(linkedFolders(snapshot)).toEqual([join(home, "blobs")]);
    write(join(cache, "blobs", ".huggingface-shared-blobs"), "1\n");
    expect(linkedFolders(snapshot)).toEqual([join(home, "blobs"), join(cache, "blobs")]);
    expect(linkedFolders(join(cache, "mine", "snapshots", COMMIT))).toEqual([]);
  });

  test.each([
    "models--org--name/refs/COMMIT",
    "datasets--org--name/snapshots/COMMIT",
    "models--org--name/snapshots/x",
  ])("is not %s", (path) =>
    expect(snapshotName(join(cache, path.replace("COMMIT", COMMIT)))).toBeUndefined(),
  );
});

describe("a folder", () => {
  test("is found from the root, and refused if it is not there", () => {
    const { root } = repository({});
    mkdirSync(join(root, "models", "mine"), { recursive: true });
    expect(modelFolder("models/mine", root)).toBe(join(root, "models", "mine"));
    expect(() => modelFolder("models", join(root, "nx.json"))).toThrow("the model's folder does not exist");
    expect(() => modelFolder("nx.json", root)).toThrow("the model's folder does not exist");
  });

  test("that could be a name on the hub is refused with how to write that", () => {
    expect(() => modelFolder("EleutherAI/pythia-70m", tmpdir())).toThrow(
      "is written hf://EleutherAI/pythia-70m",
    );
    expect(isHubId("a/b/c") || isHubId("../b")).toBe(false);
    expect(() => modelFolder("../none", tmpdir())).toThrow(/check its path$/);
  });
});
