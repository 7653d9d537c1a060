import type { splits } from "@ft/artifacts";

/** The keys of `import` that name files, in the order they are read: a prompt in several files stays in the first. */
export const fileKeys = ["circuit", "test", "validation", "train", "all"] as const satisfies readonly (
  | (typeof splits)[number]
  | "all"
)[];
export type FileKey = (typeof fileKeys)[number];

/** A file that a configuration names. */
export interface ImportedFile {
  key: FileKey;
  /** Where the configuration names it: ["import", "train"] or ["import", "all", 1]. */
  path: readonly (string | number)[];
  /** As given: relative to the experiment's folder, or absolute. */
  file: string;
}

/** The files that a data stage's configuration imports, even if the rest of it is invalid. */
export function importedFiles(config: unknown): ImportedFile[] {
  const named = (config as { import?: Record<string, unknown> | null } | null)?.import ?? {};
  return fileKeys.flatMap((key) => {
    const given = named[key];
    if (typeof given === "string") return [{ key, path: ["import", key], file: given }];
    if (!Array.isArray(given)) return [];
    return given.flatMap((file, i) =>
      typeof file === "string" ? [{ key, path: ["import", key, i], file }] : [],
    );
  });
}

/** The files that a configuration imports, by key, each as `pathOf` makes it. @default as given */
export function filesByKey(
  config: unknown,
  pathOf = (file: string) => file,
): Partial<Record<FileKey, string[]>> {
  const files: Partial<Record<FileKey, string[]>> = {};
  for (const { key, file } of importedFiles(config)) files[key] = [...(files[key] ?? []), pathOf(file)];
  return files;
}
