/** Which modules a PEFT configuration adapts, by PEFT's rules (peft/tuners/tuners_utils.py). */
import { UserError } from "@ft/artifacts";

/** Patterns come from outside: longer ones are refused. */
const LONGEST_PATTERN = 1_000;

/** The keys of `adapter_config.json` that choose modules. */
export interface PeftTargets {
  target_modules?: string | string[] | null | undefined;
  exclude_modules?: string | string[] | null | undefined;
  layers_to_transform?: number | number[] | null | undefined;
  layers_pattern?: string | string[] | null | undefined;
}

/**
 * Whether a module is adapted. A list names modules whole or by the end of their names; a text is a regular expression of the
 * whole name; "all-linear" is every linear of the blocks.
 *
 * @param name the module's full name, such as "gpt_neox.layers.3.attention.dense"
 * @throws UserError if a pattern is not a regular expression
 */
export function isTarget(name: string, targets: PeftTargets): boolean {
  const { target_modules: wanted, exclude_modules: excluded, layers_to_transform: layers } = targets;
  if (excluded != null && isNamed(name, excluded)) return false;
  if (typeof wanted === "string") return wanted.toLowerCase() === "all-linear" || matches(wanted, name);
  if (!isNamed(name, wanted ?? [])) return false;
  if (layers == null || wanted?.includes(name)) return true;
  const patterns = targets.layers_pattern ?? [];
  const layer = layerOf(name, typeof patterns === "string" ? [patterns] : patterns);
  return layer !== undefined && (typeof layers === "number" ? [layers] : layers).includes(layer);
}

function isNamed(name: string, modules: string | readonly string[]): boolean {
  if (typeof modules === "string") return matches(modules, name);
  return modules.some((module) => name === module || name.endsWith(`.${module}`));
}

/** The number after the last part of the name that is followed by one, or that a pattern names. */
function layerOf(name: string, patterns: readonly string[]): number | undefined {
  const parts = patterns.length > 0 ? patterns : ["[^.]*"];
  const found = parts.map((part) => compiled(`^.*\\.${part}\\.(\\d+)\\.`).exec(name)?.[1]);
  const number = found.find((digits) => digits !== undefined);
  return number === undefined ? undefined : Number(number);
}

/** Whether a name, or its end after a dot, matches a pattern of `rank_pattern` or `alpha_pattern`. */
export function endsWithPattern(name: string, pattern: string): boolean {
  return compiled(`^(.*\\.)?(${pattern})$`).test(name);
}

function matches(pattern: string, name: string): boolean {
  return compiled(`^(?:${pattern})$`).test(name);
}

function compiled(pattern: string): RegExp {
  try {
    if (pattern.length <= LONGEST_PATTERN) return new RegExp(pattern);
  } catch {
    // refused below
  }
  throw new UserError("a pattern for modules cannot be used as a regular expression", {
    place: "adapter_config.json",
    value: pattern.slice(0, 100),
    remedy: `Write it as JavaScript reads it, with at most ${LONGEST_PATTERN} characters.`,
  });
}
