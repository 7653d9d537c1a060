// @ts-check
/** What a workspace may set for the plugin in nx.json, and the values it gets when it sets nothing. */

/** @import { PluginOptions } from "./types.d.ts" */

/**
 * @param {PluginOptions | undefined} options as written in nx.json
 * @returns {Required<PluginOptions>}
 */
export function normalizeOptions(options) {
  return {
    buildTarget: options?.buildTarget ?? "build",
    environment: options?.environment ?? ["FT_BACKEND", "FT_THREADS"],
    resources: options?.resources ?? {},
  };
}
