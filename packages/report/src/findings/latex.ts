/** Tables for papers: LaTeX with booktabs. */
import type { ExhibitTable } from "../exhibits/exhibit.ts";

const SPECIAL: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
};

/** Text without meaning to TeX; a minus sign before a number is set as one. */
export function escapeLatex(text: string): string {
  return text
    .replace(/[\\~^]|[&%$#_{}]/g, (letter) => SPECIAL[letter] ?? `\\${letter}`)
    .replaceAll("\u00a0", "~")
    .replace(/(^|[\s(~])-(?=\d)/g, "$1$-$$");
}

/**
 * A table as a LaTeX float that needs the package booktabs. The first column is left-aligned, the others are centred.
 *
 * @param id its label is "tab:ID"
 */
export function latexTable(id: string, caption: string, { columns, rows }: ExhibitTable): string {
  const line = (cells: readonly unknown[]) =>
    `    ${cells.map((cell) => escapeLatex(String(cell ?? ""))).join(" & ")} \\\\`;
  return [
    "\\begin{table}",
    "  \\centering",
    `  \\caption{${escapeLatex(caption)}}`,
    `  \\label{tab:${id}}`,
    `  \\begin{tabular}{l${"c".repeat(columns.length - 1)}}`,
    "    \\toprule",
    line(columns.map(({ label, name }) => label ?? name)),
    "    \\midrule",
    ...rows.map(line),
    "    \\bottomrule",
    "  \\end{tabular}",
    "\\end{table}",
    "",
  ].join("\n");
}
