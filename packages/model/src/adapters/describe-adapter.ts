import { type Adapter, type AdapterModule, adapterKind } from "./kinds/index.ts";

/**
 * An adapter's kind, settings and sizes in a few words: "lora, rank 8, alpha 16" or "lora, ranks 8 and 32, alphas 16 and
 * 64". Adapters with the same description differ only in which modules have which rank; they share a learning rate.
 * Settings with their default values are left out.
 */
export function describeAdapter({ kind, modules }: Adapter): string {
  const sizes = new Map(modules.map(({ rank, alpha }) => [JSON.stringify([rank, alpha]), { rank, alpha }]));
  const sorted = [...sizes.values()].sort((a, b) => a.rank - b.rank || a.alpha - b.alpha);
  const several = sorted.length > 1 ? "s" : "";
  const list = (key: "rank" | "alpha") => sorted.map((size) => size[key]).join(" and ");
  const ranked = sorted.some(({ rank }) => rank > 0);
  return [
    kind,
    ...(ranked ? [`rank${several} ${list("rank")}`, `alpha${several} ${list("alpha")}`] : []),
    ...settingsOf(kind, modules),
  ].join(", ");
}

/**
 * The first difference between two adapters, in words; undefined if they train the same tensors and compute the same.
 *
 * @param found for "rank 8, not 16": the one with rank 8
 */
export function adapterDifference(found: Adapter, wanted: Adapter): string | undefined {
  if (found.kind !== wanted.kind) return `kind ${found.kind}, not ${wanted.kind}`;
  if (!adapterKind(wanted.kind).adapt) return undefined; // nothing depends on modules
  const others = new Map(found.modules.map((module) => [module.name, module]));
  for (const module of wanted.modules) {
    const other = others.get(module.name);
    others.delete(module.name);
    if (!other) return `no adapter on ${module.name}`;
    const [before, now] = [valuesOf(other), valuesOf(module)];
    const name = [...before.keys(), ...now.keys()].find((key) => before.get(key) !== now.get(key));
    if (name !== undefined)
      return `${module.name} with ${name} ${before.get(name) ?? "unset"}, not ${now.get(name) ?? "unset"}`;
  }
  const [extra] = others.keys();
  return extra === undefined ? undefined : `an adapter on ${extra} too`;
}

/** Rank, alpha and settings of a module, as text. */
function valuesOf({ rank, alpha, settings }: AdapterModule): Map<string, string | undefined> {
  const values = { rank, alpha, ...(settings as object) };
  return new Map(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)]));
}

/** The settings that are not the kind's defaults. */
function settingsOf(kind: string, [first]: Adapter["modules"]): string[] {
  if (!first) return [];
  const { rank, alpha } = first;
  const defaults = adapterKind(kind).module.safeParse({ rank, alpha, settings: {} }).data?.settings ?? {};
  const usual = new Map(Object.entries(defaults).map(([name, value]) => [name, JSON.stringify(value)]));
  return Object.entries(first.settings as object)
    .filter(([name, value]) => usual.get(name) !== JSON.stringify(value))
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`);
}
