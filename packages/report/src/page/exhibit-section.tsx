import type { Exhibit } from "../exhibits/exhibit.ts";
import { Table } from "./table.tsx";

/** Rows up to which a table stands open under its figure. */
const OPEN_ROWS = 12;

/** A figure, its caption and its table, with where the table lies as CSV. */
export function ExhibitSection({ id, title, caption, figure, columns, rows }: Exhibit) {
  const table = <Table columns={columns} rows={rows} />;
  return (
    <section>
      <h2 id={id}>{title}</h2>
      <figure>
        {/* Our own drawing: no markup from outside reaches it unescaped. */}
        {figure && <div dangerouslySetInnerHTML={{ __html: figure }} />}
        <figcaption>
          {caption} Table: <code>tables/{id}.csv</code>.
        </figcaption>
      </figure>
      {rows.length <= OPEN_ROWS ? (
        table
      ) : (
        <details>
          <summary>{rows.length.toLocaleString("en-US")} rows</summary>
          {table}
        </details>
      )}
    </section>
  );
}
