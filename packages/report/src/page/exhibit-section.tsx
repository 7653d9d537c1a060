import type { Exhibit } from "../exhibits/exhibit.ts";
import { Table } from "./table.tsx";

/** Rows up to which a table is open under its figure. */
const OPEN_ROWS = 12;

/** A figure, its caption and its table, with the names of their files. */
export function ExhibitSection({ id, title, caption, figure, columns, rows, bySeed }: Exhibit) {
  const table = <Table columns={columns} rows={rows} />;
  return (
    <section>
      <h2 id={id}>{title}</h2>
      <figure>
        {/* Our own drawing: no markup from outside reaches it unescaped. */}
        {figure && <div dangerouslySetInnerHTML={{ __html: figure }} />}
        <figcaption>
          {caption} Table: <code>tables/{id}.csv</code>
          {bySeed && (
            <>
              , by seed: <code>tables/{id}-by-seed.csv</code>
            </>
          )}
          .
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
