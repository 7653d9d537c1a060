import { asNumber, type Cell, type Column } from "../exhibits/exhibit.ts";

/** A table as the page shows it; numbers are rounded as their column says, and stand to the right. */
export function Table({ columns, rows }: { columns: readonly Column[]; rows: readonly (readonly Cell[])[] }) {
  const numeric = columns.map((_, i) => rows.some((row) => typeof row[i] === "number"));
  const align = (i: number) => (numeric[i] ? "number" : undefined);
  return (
    <div class="table">
      <table>
        <thead>
          <tr>
            {columns.map(({ name }, i) => (
              <th key={name} class={align(i)}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, n) => (
            <tr key={n}>
              {row.map((cell, i) => (
                <td key={columns[i]!.name} class={align(i)}>
                  {show(cell, columns[i]!)}
                </td>
              ))}
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
