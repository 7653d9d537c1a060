import { counted } from "@ft/artifacts";
import type { ComponentChildren } from "preact";
import type { ExhibitTable } from "../exhibits/exhibit.ts";
import { OPEN_ROWS, Table } from "./table.tsx";

interface Props {
  /** Anchor of the heading. */
  id: string;
  title: string;
  /** SVG text, drawn by us: no markup from outside reaches it unescaped. */
  figure: string | undefined;
  table: ExhibitTable;
  /** Class of the table, if its cells are laid out differently. */
  layout?: string;
  /** Tables with at most this many rows are open. @default OPEN_ROWS */
  open?: number;
  /** The caption. */
  children: ComponentChildren;
}

/** Tables with more columns are printed on pages in landscape. */
const UPRIGHT = 9;

/** A figure with its caption and its table, which is folded if it is long. */
export function FigureSection({ id, title, figure, table, layout, open = OPEN_ROWS, children }: Props) {
  const whole = layout ? (
    <div class={table.columns.length > UPRIGHT ? `${layout} wide` : layout}>
      <Table {...table} />
    </div>
  ) : (
    <Table {...table} />
  );
  return (
    <section>
      <h2 id={id}>{title}</h2>
      <figure>
        {figure && <div dangerouslySetInnerHTML={{ __html: figure }} />}
        <figcaption>{children}</figcaption>
      </figure>
      {table.rows.length <= open ? (
        whole
      ) : (
        <details class="rows">
          <summary>{counted(table.rows.length, "row")}</summary>
          {whole}
        </details>
      )}
    </section>
  );
}
