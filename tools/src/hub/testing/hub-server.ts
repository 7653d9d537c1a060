/**
 * A server on loopback that speaks the hub's API, as far as programs download with it: api/models/ID/revision/REV,
 * api/models/ID/tree/REV and ID/resolve/REV/FILE. Large files are on a second host, to which it redirects, as the hub's are.
 */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A repository: its commits with their files, and the branches and tags. */
export interface Repository {
  commits: Record<string, Record<string, Buffer>>;
  refs: Record<string, string>;
  /** Shown only with this token. @default to everyone */
  token?: string;
  /** Whether a licence has to be accepted, which nobody has. @default false */
  gated?: boolean;
}

/** A request, as it arrived. */
export interface Request {
  host: "hub" | "store";
  method: string;
  path: string;
  authorization: string | undefined;
  range: string | undefined;
}

/** What goes wrong; each is changed by tests, and used up by the server. */
export interface Faults {
  /** By file: after how many bytes the connection is cut, in one answer after the other. */
  cut: Map<string, number[]>;
  /** Files that arrive with a wrong byte. */
  damaged: Set<string>;
  /** Files whose answers end without a byte, and without a length that says so. */
  empty: Set<string>;
  /** How many requests are answered with 503. */
  busy: number;
  /** Whether ranges are ignored. */
  noRanges: boolean;
}

/** Files that the hub keeps with Git LFS. */
const isLarge = (name: string) => /\.(safetensors|bin)$/.test(name);

export class HubServer {
  readonly repositories = new Map<string, Repository>();
  readonly requests: Request[] = [];
  readonly faults: Faults = {
    ...{ cut: new Map(), damaged: new Set(), empty: new Set() },
    ...{ busy: 0, noRanges: false },
  };
  /** Files per page of a listing. */
  page = 1000;
  readonly #hub = createServer(this.#answering("hub", (...given) => this.#answer(...given)));
  readonly #store = createServer(this.#answering("store", (...given) => this.#serveStored(...given)));

  async start(): Promise<void> {
    await Promise.all([this.#hub, this.#store].map((server) => listen(server)));
  }

  async stop(): Promise<void> {
    await Promise.all([this.#hub, this.#store].map((server) => close(server)));
  }

  /** The address of the hub. */
  get endpoint(): string {
    return addressOf(this.#hub);
  }

  /** Paths of the requests for files, from both hosts. */
  get downloads(): string[] {
    return this.requests
      .filter(({ host, path }) => host === "store" || /\/resolve\//.test(path))
      .map(({ host, path }) => `${host} ${path.split("/").at(-1)}`);
  }

  /** Calls `answer`, which may throw a {@link Refusal}. */
  #answering(
    host: Request["host"],
    answer: (path: string, request: IncomingMessage, response: ServerResponse) => void,
  ) {
    return (request: IncomingMessage, response: ServerResponse) => {
      const path = new URL(request.url!, "http://host").pathname;
      const { method = "", headers } = request;
      this.requests.push({ host, method, path, authorization: headers.authorization, range: headers.range });
      try {
        answer(path, request, response);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { status, code } = error;
        response.writeHead(status, code === undefined ? {} : { "x-error-code": code }).end();
      }
    };
  }

  #answer(path: string, request: IncomingMessage, response: ServerResponse): void {
    if (this.faults.busy > 0) {
      this.faults.busy--;
      throw new Refusal(503);
    }
    const [, id, what, revision] = /^\/api\/models\/(.+?)\/(revision|tree)\/(.+)$/.exec(path) ?? [];
    const [, name, of, file] = /^\/(.+?)\/resolve\/([^/]+)\/(.+)$/.exec(path) ?? [];
    if (id && what && revision) {
      const found = this.#find(request, id, revision);
      if (what === "tree") this.#list(new URL(request.url!, this.endpoint), found.files, response);
      else {
        const about = { _id: id, id, sha: found.commit, private: false, downloads: 0, likes: 0 };
        sendJson(response, about);
      }
    } else if (name && of && file) this.#resolve(this.#find(request, name, of), file, request, response);
    else throw new Refusal(404);
  }

  #list(url: URL, files: Record<string, Buffer>, response: ServerResponse): void {
    const from = Number(url.searchParams.get("cursor") ?? 0);
    const entries = Object.entries(files).map(([path, bytes]) => ({
      ...{ type: "file", path, size: bytes.length, oid: gitHash(bytes) },
      ...(isLarge(path) && { lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 134 } }),
    }));
    const folder = { type: "directory", path: "onnx", size: 0, oid: gitHash(Buffer.of()) };
    const listed = [folder, ...entries];
    const next = `${url.origin}${url.pathname}?cursor=${from + this.page}`;
    const link: Record<string, string> =
      from + this.page < listed.length ? { link: `<${next}>; rel="next"` } : {};
    sendJson(response, listed.slice(from, from + this.page), link);
  }

  #resolve(found: Found, file: string, request: IncomingMessage, response: ServerResponse): void {
    const { repository, files, commit } = found;
    if (repository.gated) throw new Refusal(403, "GatedRepo");
    const name = decodeURIComponent(file);
    const bytes = files[name];
    if (!bytes) throw new Refusal(404, "EntryNotFound");
    const headers = { "x-repo-commit": commit, "x-linked-size": String(bytes.length) };
    if (isLarge(name)) {
      const location = `${addressOf(this.#store)}/${sha256(bytes)}/${name}`;
      response.writeHead(302, { ...headers, "x-linked-etag": `"${sha256(bytes)}"`, location }).end();
    } else this.#serve(request, response, name, bytes, { ...headers, etag: `"${gitHash(bytes)}"` });
  }

  #find({ headers }: IncomingMessage, id: string, wanted: string): Found {
    const repository = this.repositories.get(id);
    const { authorization } = headers;
    if (!repository || (repository.token !== undefined && authorization === undefined))
      throw new Refusal(401, "RepoNotFound");
    if (repository.token !== undefined && authorization !== `Bearer ${repository.token}`)
      throw new Refusal(403);
    const revision = decodeURIComponent(wanted);
    const hashes = Object.keys(repository.commits);
    const commit = repository.refs[revision] ?? hashes.find((hash) => hash.startsWith(revision));
    if (commit === undefined) throw new Refusal(404, "RevisionNotFound");
    return { repository, commit, files: repository.commits[commit]! };
  }

  #serveStored(path: string, request: IncomingMessage, response: ServerResponse): void {
    const [, hash, name = ""] = path.split("/");
    const all = [...this.repositories.values()].flatMap(({ commits }) => Object.values(commits));
    const bytes = all.map((files) => files[name]).find((found) => found && sha256(found) === hash);
    if (!bytes) throw new Refusal(404);
    this.#serve(request, response, name, bytes, { etag: `"${hash}"` });
  }

  #serve(
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
    whole: Buffer,
    headers: Record<string, string>,
  ): void {
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
    const isPart = first !== undefined && !this.faults.noRanges;
    const from = isPart ? Number(first) : 0;
    const to = isPart && last ? Number(last) + 1 : whole.length;
    const bytes = Buffer.from(whole.subarray(from, to));
    if (this.faults.empty.has(name)) {
      response.writeHead(200, headers).end();
      return;
    }
    if (this.faults.damaged.has(name)) bytes[0] = 255 - bytes[0]!;
    response.writeHead(isPart ? 206 : 200, {
      ...headers,
      "accept-ranges": "bytes",
      "content-length": bytes.length,
      ...(isPart && { "content-range": `bytes ${from}-${to - 1}/${whole.length}` }),
    });
    if (request.method === "HEAD") response.end();
    else {
      const cut = this.faults.cut.get(name)?.shift();
      if (cut === undefined) response.end(bytes);
      else response.write(bytes.subarray(0, cut), () => setTimeout(() => response.destroy(), 20));
    }
  }
}

/** A commit that was asked for. */
interface Found {
  repository: Repository;
  commit: string;
  files: Record<string, Buffer>;
}

/** An answer without contents. */
class Refusal extends Error {
  readonly status: number;
  readonly code: string | undefined;

  constructor(status: number, code?: string) {
    super(String(status));
    this.status = status;
    this.code = code;
  }
}

function sendJson(response: ServerResponse, json: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { ...headers, "content-type": "application/json" }).end(JSON.stringify(json));
}

function listen(server: Server): Promise<void> {
  return new Promise((done) => server.listen(0, "127.0.0.1", done));
}

function close(server: Server): Promise<unknown> {
  server.closeAllConnections();
  return new Promise((done) => server.close(done));
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The name that git gives to a file's contents. */
export function gitHash(bytes: Buffer): string {
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}
