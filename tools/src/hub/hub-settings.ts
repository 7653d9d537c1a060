import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "@ft/artifacts";
import { hubHome } from "@ft/experiment";

/** How the hub is reached, by the variables that all its programs share. */
export interface HubSettings {
  /** Address of the hub or of a mirror, without a slash at the end. */
  endpoint: string;
  /** Sent to the endpoint, and to no other host. */
  token: string | undefined;
  /** Whether only the cache may be used. */
  offline: boolean;
}

const HUB = "https://huggingface.co";

/**
 * The settings in the environment: HF_ENDPOINT; HF_TOKEN, or the token that `hf auth login` has saved, unless
 * HF_HUB_DISABLE_IMPLICIT_TOKEN is set; HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE.
 *
 * @throws UserError if HF_ENDPOINT is not an address
 */
export function hubSettings(env: NodeJS.ProcessEnv = process.env): HubSettings {
  const endpoint = (env.HF_ENDPOINT || HUB).replace(/\/+$/, "");
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint))
    throw new UserError("HF_ENDPOINT is not the address of a hub", {
      value: env.HF_ENDPOINT,
      remedy: `set it to one like ${HUB}, or leave it out`,
    });
  const token = isSet(env.HF_HUB_DISABLE_IMPLICIT_TOKEN) ? undefined : tokenOf(env);
  return { endpoint, token, offline: isSet(env.HF_HUB_OFFLINE) || isSet(env.TRANSFORMERS_OFFLINE) };
}

function tokenOf(env: NodeJS.ProcessEnv): string | undefined {
  const given = env.HF_TOKEN || env.HUGGING_FACE_HUB_TOKEN;
  if (given) return given.trim();
  try {
    return readFileSync(env.HF_TOKEN_PATH || join(hubHome(), "token"), "utf8").trim() || undefined;
  } catch {
    return undefined;
  }
}

/** As Python's huggingface_hub reads a switch. */
function isSet(value: string | undefined): boolean {
  return /^(1|on|yes|true)$/i.test(value ?? "");
}
