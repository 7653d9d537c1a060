/** Requests to the hub: with the token for its own address alone, and failures in words. */
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "@ft/artifacts";
import { type HubModel, renderHubModel } from "@ft/experiment";
import type { HubSettings } from "./hub-settings.ts";

/** How long a server may take to answer, or to send the next bytes. In milliseconds. */
export const LONGEST_SILENCE = 30_000;

/** A failure that may not happen again: of the network, or of a server that is busy. */
export class PassingFailure extends UserError {}

/** Waits before the next attempt; the first is number 1. */
export type Pause = (attempt: number) => Promise<unknown>;

/** One second, then twice as long each time. */
export const backOff: Pause = (attempt) => sleep(1000 * 2 ** (attempt - 1));

/**
 * Calls `job` again while it fails with a {@link PassingFailure}.
 * @param attempts how often in all
 */
export async function retrying<T>(attempts: number, pause: Pause, job: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await job();
    } catch (error) {
      if (!(error instanceof PassingFailure) || attempt === attempts) throw error;
      await pause(attempt);
    }
  }
}

/**
 * A `fetch` for a model's requests. Redirects are followed; Node sends the token to no other host than the first, which has it
 * only if it is the endpoint.
 *
 * @returns a function that throws a UserError for every answer other than success
 */
export function hubFetch(model: HubModel, settings: HubSettings): typeof fetch {
  const { endpoint, token } = settings;
  const { origin } = new URL(endpoint);
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const headers = new Headers(init?.headers);
    headers.set("user-agent", "finetune-circuits");
    // Of a compressed answer neither the length nor a range would be the file's.
    headers.set("accept-encoding", "identity");
    // Not through the library, which refuses tokens that do not begin with hf_, as a mirror's may not.
    if (token !== undefined && url.origin === origin) headers.set("authorization", `Bearer ${token}`);
    const response = await answerOf(url, { ...init, headers });
    if (response.ok && (response.status === 206 || !isPart(headers))) return response;
    await response.body?.cancel();
    throw failureOf(response, model, settings);
  };
}

/** Whether a request is for a part with an end: the whole file instead could be of any size. */
function isPart(headers: Headers): boolean {
  return /^bytes=\d+-\d+$/.test(headers.get("range") ?? "");
}

async function answerOf(url: URL, init: RequestInit): Promise<Response> {
  const controller = new AbortController();
  const silent = new Error(`no answer in ${LONGEST_SILENCE / 1000} s`);
  const timer = setTimeout(() => controller.abort(silent), LONGEST_SILENCE);
  try {
    return await fetch(url, { ...init, signal: controller.signal });
  } catch (error) {
    throw unreachable(url, error);
  } finally {
    clearTimeout(timer);
  }
}

/** The failure of a request without an answer, or of one that broke off. */
export function unreachable(url: URL | string, error: unknown): PassingFailure {
  const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
  const proxies = process.env.HTTPS_PROXY || process.env.https_proxy;
  return new PassingFailure("the connection to the hub failed", {
    place: addressOf(url),
    value: cause?.code ?? cause?.message ?? message,
    remedy: proxies
      ? "check the network; Node uses HTTPS_PROXY from version 22.21 on, if NODE_USE_ENV_PROXY is 1"
      : "check the network, and HF_ENDPOINT if it names a mirror",
  });
}

function failureOf(
  response: Response,
  { id, revision }: HubModel,
  { endpoint, token }: HubSettings,
): UserError {
  const { status, url, headers } = response;
  const page = `${endpoint}/${id}`;
  const code = headers.get("x-error-code");
  const fail = (problem: string, remedy: string) => new UserError(problem, { place: addressOf(url), remedy });
  if (status === 408 || status === 429 || status >= 500)
    return new PassingFailure(`the hub answered with ${status}`, {
      place: addressOf(url),
      remedy:
        status === 429
          ? "wait some minutes; with a token (HF_TOKEN) more requests are allowed"
          : "try again later",
    });
  if (response.ok)
    return fail(
      "the server does not send parts of files",
      `fetch the model as a whole: npx ft model fetch ${renderHubModel({ id, revision })}`,
    );
  if (code === "GatedRepo" || (status === 403 && token !== undefined))
    return fail(
      `the hub gives ${id} only to accounts that have accepted its licence`,
      token === undefined
        ? `accept it at ${page}, then set HF_TOKEN to a token of that account`
        : `accept it at ${page} with the account of the token (HF_TOKEN), and let the token read gated models`,
    );
  if (status === 401 || status === 403)
    return token === undefined
      ? fail(
          `the hub does not show ${id}: it does not exist, is private, or asks for a licence to be accepted`,
          `check the name; look at ${page}, then set HF_TOKEN to a token that may read it`,
        )
      : fail(
          `the hub does not let this token read ${id}`,
          "check the name, and that HF_TOKEN is valid and may read this model",
        );
  if (status === 404) {
    const name = renderHubModel({ id, revision });
    if (code === "RevisionNotFound")
      return fail(
        `${id} has no revision ${JSON.stringify(revision)}`,
        `its branches and tags are at ${page}/tree/main`,
      );
    return fail(
      `the hub has no ${code === "RepoNotFound" ? `model ${id}` : `such file of ${name}`}`,
      `look at ${page}`,
    );
  }
  return fail(
    `the hub answered with ${status} ${headers.get("x-error-message") ?? ""}`.trim(),
    `look at ${page}`,
  );
}

/** An address without its query, which says nothing to people and may be signed. */
function addressOf(url: URL | string): string {
  return String(url).replace(/\?.*/, "");
}
