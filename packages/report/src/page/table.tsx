import type { Cell, Column } from "../exhibits/exhibit.ts";
import { asNumber } from "../format.ts";

/** Tables with at most this many rows are open by default. */
export const OPEN_ROWS = 12;

/** Cells of at most this many characters are on one line. */
const SHORT = 14;

/** A table of the page; numbers have their column's format and are right-aligned. */
export function Table({ columns, rows }: { columns: readonly Column[]; rows: readonly (readonly Cell[])[] }) {
  const numeric = columns.map((_, i) => rows.some((row) => typeof row[i] === "number"));
  const align = (i: number) => (numeric[i] ? "number" : undefined);
  const classOf = (i: number, text: string) => align(i) ?? (text.length <= SHORT ? "short" : undefined);
  return (
    <div class="table">
      <table>
        <thead>
          <tr>
            {columns.map(({ name, label = words(name) }, i) => (
              <th key={name} class={align(i)}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, n) => (
            <tr key={n}>
              {row.map((cell, i) => {
                const text = show(cell, columns[i]!);
                return (
                  <td key={columns[i]!.name} class={classOf(i, text)}>
                    {text}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function show(cell: Cell, { format = asNumber }: Column): string {
  if (cell === null) return "–";
  if (typeof cell === "boolean") return cell ? "yes" : "no";
  return typeof cell === "number" ? (Number.isFinite(cell) ? format(cell) : String(cell)) : cell;
}

/** "meanAccuracy" as "mean accuracy". */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
