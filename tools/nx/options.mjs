// @ts-check
/** The plugin's options in nx.json and their defaults. */

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
