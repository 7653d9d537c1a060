import { expect, test } from "vitest";
import { escapeLatex, latexTable } from "./latex.ts";

test("what has a meaning to TeX is escaped", () => {
  expect(escapeLatex("5% of $a_b & {c} #1 \\d ~e^f")).toBe(
    "5\\% of \\$a\\_b \\& \\{c\\} \\#1 \\textbackslash{}d \\textasciitilde{}e\\textasciicircum{}f",
  );
});

test("minus signs are set as such, hyphens are not, and lines break where they may", () => {
  expect(escapeLatex("-0.36 (-3.64\u00a0to\u00a0-2.92) lora-8")).toBe("$-$0.36 ($-$3.64~to~$-$2.92) lora-8");
});

test("a table is a float with booktabs' rules and a label", () => {
  const columns = [{ name: "task" }, { name: "r2", label: "r = 2" }];
  expect(latexTable("rank", "By rank.", { columns, rows: [["lcm", null]] })).toBe(
    [
      "\\begin{table}",
      "  \\centering",
      "  \\caption{By rank.}",
      "  \\label{tab:rank}",
      "  \\begin{tabular}{lc}",
      "    \\toprule",
      "    task & r = 2 \\\\",
      "    \\midrule",
      "    lcm &  \\\\",
      "    \\bottomrule",
      "  \\end{tabular}",
      "\\end{table}\n",
    ].join("\n"),
  );
});
