import { type Adapter, adapterKind } from "./kinds/index.ts";

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
