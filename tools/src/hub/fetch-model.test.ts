import { execFile } from "node:child_process";
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { hashFile, hashModel, type Progress } from "@ft/artifacts";
import { findSnapshot, type HubModel } from "@ft/experiment";
import { loadModel, openTokenizer } from "@ft/model";
import { describe, expect, test, vi } from "vitest";
import { fetchModel } from "./fetch-model.ts";
import { gitHash, sha256 } from "./testing/hub-server.ts";
import { FIRST, MODEL, SECOND, tinyHub } from "./testing/tiny-hub.ts";

const hub = tinyHub();
const WEIGHTS = "model.safetensors";
const main = { id: "org/tiny", revision: "main" };

const fetchTiny = (model: Partial<HubModel> = {}, settings = {}) =>
  fetchModel({ ...main, ...model }, { ...hub.options, settings: { ...hub.options.settings!, ...settings } });
const repository = () => join(hub.cache, "models--org--tiny");
const blob = (name: string) => {
  const bytes = hub.repository.commits[FIRST]![name]!;
  return join(repository(), "blobs", name === WEIGHTS ? sha256(bytes) : gitHash(bytes));
};
const ranges = () => hub.server.requests.filter(({ host }) => host === "store").map(({ range }) => range);

describe("a model of the hub", () => {
  test("is in the cache as Python's huggingface_hub puts it there, without files that nobody reads", async () => {
    const { folder, commit } = await fetchTiny();
    expect(folder).toBe(join(repository(), "snapshots", FIRST));
    expect(commit).toBe(FIRST);
    expect(readdirSync(folder).sort()).toEqual([
      ...["config.json", WEIGHTS, "tokenizer.json", "tokenizer_config.json"],
    ]);
    for (const name of readdirSync(folder)) {
      expect(hashFile(join(folder, name))).toBe(hashFile(join(MODEL, name)));
      expect(join(folder, readlinkSync(join(folder, name)))).toBe(blob(name));
    }
    expect(readFileSync(join(repository(), "refs", "main"), "utf8")).toBe(FIRST);
    expect(readdirSync(join(repository(), "blobs"))).toHaveLength(4);
    expect(readdirSync(join(hub.cache, ".locks", "models--org--tiny"))).toEqual([]);
  });

  test("is the model of its folder: it loads, with the same hash", async () => {
    const { folder } = await fetchTiny();
    expect((await loadModel(folder)).config.layers).toBe(8);
    expect((await openTokenizer(folder)).tokenizer.bos).toBeGreaterThanOrEqual(0);
    expect(hashModel(folder)).toBe(hashModel(MODEL));
  });

  test("is downloaded once", async () => {
    expect((await fetchTiny()).bytes).toBeGreaterThan(1_000_000);
    const before = hub.server.downloads.length;
    expect((await fetchTiny()).bytes).toBe(0);
    expect(hub.server.downloads).toHaveLength(before);
  });

  test("has the commit of a branch, a tag, a pull request, a whole commit or its first digits", async () => {
    for (const revision of ["v1", "refs/pr/1", SECOND, "22222222"]) {
      const { commit, folder } = await fetchTiny({ revision });
      expect(commit).toBe(revision === "v1" ? FIRST : SECOND);
      expect(findSnapshot({ id: "org/tiny", revision })).toEqual({ commit, folder });
    }
    expect(readdirSync(join(repository(), "refs"), { recursive: true })).toEqual(
      expect.arrayContaining(["v1", "22222222", join("refs", "pr", "1")]),
    );
    expect(existsSync(join(repository(), "refs", SECOND))).toBe(false);
  });

  test("is the newest commit of its branch after each fetch; the earlier one stays", async () => {
    const first = await fetchTiny();
    hub.repository.refs.main = SECOND;
    const before = hub.server.downloads.length;
    const second = await fetchTiny();
    expect(findSnapshot(main)?.commit).toBe(SECOND);
    expect(hub.server.downloads.slice(before)).toEqual(["hub config.json"]);
    expect(readFileSync(join(second.folder, "config.json"), "utf8")).toContain("new");
    expect(readFileSync(join(first.folder, "config.json"), "utf8")).not.toContain("new");
  });

  test("remains the earlier commit of its branch while the newer one is not there as a whole", async () => {
    await fetchTiny();
    hub.repository.refs.main = SECOND;
    hub.server.faults.damaged.add("config.json");
    await expect(fetchTiny()).rejects.toThrow("the bytes of config.json are not those");
    expect(findSnapshot(main)?.commit).toBe(FIRST);
  });

  test("may have weights in several files, which its index names", async () => {
    const files = hub.repository.commits[FIRST]!;
    files["a.safetensors"] = files[WEIGHTS]!;
    files["unused.safetensors"] = Buffer.from("x");
    delete files[WEIGHTS];
    files["model.safetensors.index.json"] = Buffer.from('{"weight_map": {"x": "a.safetensors"}}');
    const { folder } = await fetchTiny();
    expect(readdirSync(folder).filter((name) => name.includes("safetensors"))).toEqual([
      ...["a.safetensors", "model.safetensors.index.json"],
    ]);
    rmSync(repository(), { recursive: true });
    delete files["a.safetensors"];
    await expect(fetchTiny()).rejects.toThrow("the index names a file that the repository does not have");
  });

  test("may be without a tokenizer, which is asked for once", async () => {
    delete hub.repository.commits[FIRST]!["tokenizer.json"];
    const { folder } = await fetchTiny();
    expect(existsSync(join(folder, WEIGHTS))).toBe(true);
    expect(existsSync(join(repository(), ".no_exist", FIRST, "tokenizer.json"))).toBe(true);
    expect((await fetchTiny()).bytes).toBe(0);
  });

  test("is found by its files' list however many pages that has", async () => {
    hub.server.page = 2;
    expect(readdirSync((await fetchTiny()).folder)).toHaveLength(4);
  });

  test("is refused without safetensors, or without config.json, by what is there", async () => {
    const files = hub.repository.commits[FIRST]!;
    delete files[WEIGHTS];
    await expect(fetchTiny()).rejects.toThrow(
      /no weights as safetensors[\s\S]*\("pytorch_model.bin"\)[\s\S]*save_pretrained[\s\S]*hf:\/\/org\/tiny@refs\/pr\/1/,
    );
    files[WEIGHTS] = Buffer.from("x");
    delete files["config.json"];
    await expect(fetchTiny()).rejects.toThrow("no config.json");
    expect(hub.server.downloads).toEqual([]);
  });
});

describe("a download", () => {
  test("resumes where the connection was cut", async () => {
    hub.server.faults.cut.set(WEIGHTS, [1_000_000, 500_000]);
    const { bytes } = await fetchTiny();
    expect(ranges()).toEqual([undefined, "bytes=1000000-", "bytes=1500000-"]);
    expect(hashFile(blob(WEIGHTS))).toBe(hashFile(join(MODEL, WEIGHTS)));
    const sizes = readdirSync(MODEL)
      .filter((name) => !name.endsWith(".md"))
      .map((name) => lstatSync(join(MODEL, name)).size);
    expect(bytes).toBe(sizes.reduce((sum, size) => sum + size));
  });

  test("goes on as long as each connection brings something", async () => {
    hub.server.faults.cut.set(WEIGHTS, Array(8).fill(400_000));
    await fetchTiny();
    expect(ranges()).toHaveLength(9);
    expect(hashFile(blob(WEIGHTS))).toBe(hashFile(join(MODEL, WEIGHTS)));
  });

  test("that was given up resumes in a later call", async () => {
    hub.server.faults.cut.set(WEIGHTS, [1_000_000, 0, 0, 0, 0, 0, 0]);
    await expect(fetchTiny()).rejects.toThrow(/interrupted[\s\S]*resumes after the 1000000 of \d+ bytes/);
    expect(existsSync(blob(WEIGHTS))).toBe(false);
    expect(findSnapshot(main)).toBeUndefined();
    hub.server.faults.cut.clear();
    await fetchTiny();
    expect(ranges().at(-1)).toBe("bytes=1000000-");
    expect(hashFile(blob(WEIGHTS))).toBe(hashFile(join(MODEL, WEIGHTS)));
  });

  test("is given up if answers end early again and again", async () => {
    hub.server.faults.empty.add(WEIGHTS);
    await expect(fetchTiny()).rejects.toThrow(/interrupted[\s\S]*the answer ended early/);
    expect(ranges()).toHaveLength(6);
  });

  test("that finds other bytes from before starts again", async () => {
    hub.server.faults.cut.set(WEIGHTS, [1_000_000, 0, 0, 0, 0, 0, 0]);
    await expect(fetchTiny()).rejects.toThrow("interrupted");
    hub.server.faults.cut.clear();
    const partial = `${blob(WEIGHTS)}.finetune-circuits.incomplete`;
    truncateSync(partial, 500_000);
    truncateSync(partial, 600_000);
    await fetchTiny();
    expect(ranges().slice(-2)).toEqual(["bytes=600000-", undefined]);
    expect(hashFile(blob(WEIGHTS))).toBe(hashFile(join(MODEL, WEIGHTS)));
  });

  test("starts again if the server ignores ranges", async () => {
    hub.server.faults.cut.set(WEIGHTS, [1_000_000]);
    hub.server.faults.noRanges = true;
    await fetchTiny();
    expect(hashFile(blob(WEIGHTS))).toBe(hashFile(join(MODEL, WEIGHTS)));
  });

  test.each([WEIGHTS, "config.json"])("of a damaged %s leaves nothing under its name", async (name) => {
    hub.server.faults.damaged.add(name);
    await expect(fetchTiny()).rejects.toThrow(
      `the bytes of ${name} are not those that the hub has a hash of`,
    );
    expect(
      readdirSync(join(repository(), "blobs")).filter((file) => blob(name).includes(file.slice(0, 40))),
    ).toEqual([]);
    expect(existsSync(join(repository(), "snapshots", FIRST, name))).toBe(false);
    expect(findSnapshot(main)).toBeUndefined();
    hub.server.faults.damaged.clear();
    await fetchTiny();
  });

  test("counts megabytes, without those that had arrived before", async () => {
    hub.server.faults.cut.set(WEIGHTS, [2_500_000, 0, 0, 0, 0, 0, 0]);
    await expect(fetchTiny()).rejects.toThrow("interrupted");
    hub.server.faults.cut.clear();
    const counted = { total: 0, done: 0, label: "" };
    const progress: Progress = {
      start: (total, label) => Object.assign(counted, { total, label }),
      advance: (n = 1) => {
        counted.done += n;
      },
      note() {},
      stop() {},
    };
    await fetchModel(main, { ...hub.options, progress });
    expect(counted).toEqual({ total: 2, done: 2, label: "downloading hf://org/tiny" });
  });

  test("happens once if two calls want the model at once", async () => {
    await Promise.all([fetchTiny(), fetchTiny()]);
    expect(hub.server.downloads.toSorted()).toEqual([
      ...["hub config.json", `hub ${WEIGHTS}`, "hub tokenizer.json", "hub tokenizer_config.json"],
      `store ${WEIGHTS}`,
    ]);
  });

  test("happens once if two processes want the model at once", async () => {
    const ft = join(import.meta.dirname, "../../bin/main.mjs");
    const env = { ...process.env, HF_ENDPOINT: hub.server.endpoint, HF_TOKEN: "", HF_HUB_OFFLINE: "" };
    const fetching = () =>
      promisify(execFile)(process.execPath, [ft, "model", "fetch", "hf://org/tiny"], { env });
    const outputs = await Promise.all([fetching(), fetching()]);
    for (const { stdout } of outputs) expect(stdout).toContain(join("snapshots", FIRST));
    expect(hub.server.downloads.filter((path) => path === `store ${WEIGHTS}`)).toHaveLength(1);
  });

  test("copies files where there are no links", async () => {
    vi.stubEnv("HF_HUB_DISABLE_SYMLINKS", "1");
    const { folder } = await fetchTiny();
    for (const name of readdirSync(folder)) expect(lstatSync(join(folder, name)).isFile()).toBe(true);
    expect(readdirSync(join(repository(), "blobs"))).toEqual([]);
    expect((await fetchTiny()).bytes).toBe(0);
    expect((await loadModel(folder)).config.layers).toBe(8);
  });

  test("links to bytes that the cache already has", async () => {
    const { folder } = await fetchTiny();
    rmSync(join(folder, "config.json"));
    const { bytes } = await fetchTiny();
    expect(bytes).toBe(0);
    expect(existsSync(join(folder, "config.json"))).toBe(true);
  });

  test("replaces a link whose bytes are gone", async () => {
    const { folder } = await fetchTiny();
    rmSync(blob("config.json"));
    await fetchTiny();
    expect(hashFile(join(folder, "config.json"))).toBe(hashFile(join(MODEL, "config.json")));
  });
});

describe("the token", () => {
  test("is sent to the hub, and not to the host that it redirects to", async () => {
    hub.repository.token = "secret";
    await fetchTiny({}, { token: "secret" });
    const sent = (host: string) =>
      new Set(
        hub.server.requests
          .filter((request) => request.host === host)
          .map((request) => request.authorization),
      );
    expect(sent("hub")).toEqual(new Set(["Bearer secret"]));
    expect(sent("store")).toEqual(new Set([undefined]));
  });

  test.each([
    ["without one", undefined, /does not show org\/tiny[\s\S]*check the name[\s\S]*HF_TOKEN/],
    ["with another", "other", /licence|does not let this token/],
  ])("is needed for a private model: %s", async (_, token, message) => {
    hub.repository.token = "secret";
    await expect(fetchTiny({}, { token })).rejects.toThrow(message);
  });

  test.each([
    [undefined, /accept it at http\S+org\/tiny, then set HF_TOKEN/],
    ["mine", /accept it at http\S+org\/tiny with the account of the token/],
  ])("does not replace accepting a licence (token %s)", async (token, message) => {
    hub.repository.gated = true;
    const fetching = fetchTiny({}, { token });
    await expect(fetching).rejects.toThrow("only to accounts that have accepted its licence");
    await expect(fetching).rejects.toThrow(message);
  });
});

describe("what cannot be fetched", () => {
  test("is named: a model, or a revision of it", async () => {
    await expect(fetchTiny({ id: "org/none" })).rejects.toThrow(/does not show org\/none: it does not exist/);
    await expect(fetchTiny({ revision: "v9" })).rejects.toThrow('org/tiny has no revision "v9"');
  });

  test("is not asked for again and again, unless the hub is busy", async () => {
    hub.server.faults.busy = 2;
    await fetchTiny();
    rmSync(hub.cache, { recursive: true });
    hub.server.faults.busy = 3;
    await expect(fetchTiny()).rejects.toThrow("the hub answered with 503");
  });

  test("is reported with the address, if nothing answers there or it is not a hub", async () => {
    hub.repository.refs.main = "not a commit";
    hub.repository.commits["not a commit"] = {};
    await expect(fetchTiny()).rejects.toThrow(/the answer is not that of a hub[\s\S]*HF_ENDPOINT/);
    await hub.server.stop();
    await expect(fetchTiny()).rejects.toThrow(
      /connection to the hub failed[\s\S]*127.0.0.1\S*revision\/main\n[\s\S]*ECONNREFUSED/,
    );
  });

  test("is taken from the cache offline, or named with the files that are missing", async () => {
    const offline = { offline: true };
    await expect(fetchTiny({}, offline)).rejects.toThrow(
      /hf:\/\/org\/tiny is not in the download cache, and HF_HUB_OFFLINE rules out a download/,
    );
    const { folder } = await fetchTiny();
    hub.server.requests.length = 0;
    expect(await fetchTiny({}, offline)).toEqual({ commit: FIRST, folder, bytes: 0 });
    rmSync(join(folder, "tokenizer.json"));
    rmSync(join(folder, WEIGHTS));
    await expect(fetchTiny({}, offline)).rejects.toThrow(
      /missing files[\s\S]*model.safetensors.*tokenizer.json/,
    );
    expect(hub.server.requests).toEqual([]);
  });

  test("a file name that leads out of the cache is not used", async () => {
    const files = hub.repository.commits[FIRST]!;
    files["model.safetensors.index.json"] = Buffer.from(
      '{"weight_map": {"x": "../../../../evil.safetensors"}}',
    );
    files["../../../../evil.safetensors"] = files[WEIGHTS]!;
    delete files[WEIGHTS];
    await fetchTiny();
    expect(existsSync(join(hub.cache, "evil.safetensors"))).toBe(false);
    writeFileSync(join(hub.cache, "touched"), "");
    expect(readdirSync(hub.cache).sort()).toEqual([".locks", "models--org--tiny", "touched"]);
  });
});
