/** The types a column may have. We write strings as plain UTF-8, never as dictionaries. */
export type ColumnType = "int32" | "float64" | "bool" | "utf8" | "binary" | "list<int32>" | "list<float64>";

/** One column of a table; `Value` is what a row holds in it. */
export interface Column<Value> {
  readonly type: ColumnType;
  /** Whether a row may hold null. */
  readonly nullable: boolean;
  /** What a number counts or measures: "steps", "nats", "fraction". Undefined for names and texts. */
  readonly unit?: string;
  /** What the column says, in a sentence. */
  readonly meaning: string;
  /** The only values allowed. */
  readonly oneOf?: readonly string[];
  /** What a text must look like. */
  readonly pattern?: RegExp;
  /** The smallest number allowed. */
  readonly minimum?: number;
  /** The largest number allowed. */
  readonly maximum?: number;
  /** Whether infinities and NaN are allowed. @default false */
  readonly infinite?: boolean;
  /** Carries the type `Value`; never set. */
  readonly "~value"?: Value;
}

/**
 * How a column's values follow each other, among rows that agree in the columns before it in {@link TableSchema.order}:
 * - "together": equal values are contiguous, in any order;
 * - "rises": every value is larger than the one before;
 * - "never falls": it may be equal to the one before;
 * - "counts from 0", "counts from 1": by one from row to row.
 */
export type Sequence = "together" | "rises" | "never falls" | "counts from 0" | "counts from 1";

/** One pass over the rows of a table. */
export interface Follower<Row> {
  /** What is wrong with a row after those before it, if anything. */
  problem(row: Row): string | undefined;
}

/** The contract of one table: everything a reader or writer of its file must know. */
export interface TableSchema<Row> {
  readonly name: string;
  /** Goes up with every change that an older reader would misread. */
  readonly version: number;
  /** The file's name in a stage's folder. */
  readonly file: string;
  /** What a row is, and in which order rows come. */
  readonly meaning: string;
  readonly columns: { readonly [Name in keyof Row]: Column<Row[Name]> };
  /** Tables with tensors hold one row a record batch and are read lazily; others are one batch. */
  readonly rowPerBatch?: boolean;
  /**
   * In which order rows come: by the first column named, then by the next. Rows that agree in all of them repeat each
   * other, which is an error unless the last one "never falls".
   */
  readonly order?: Readonly<Partial<Record<NoInfer<keyof Row>, Sequence>>>;
  /** What is wrong with a row whose columns are each right, if anything. */
  problem?(row: NoInfer<Row>): string | undefined;
  /** Starts a pass over a table, whose rows are looked at in their order. */
  follow?(): Follower<NoInfer<Row>>;
}

/** A schema whose rows are of no particular type. */
export type AnySchema = TableSchema<Record<string, unknown>>;

/** The type of a schema's rows. */
export type RowOf<Schema> = Schema extends TableSchema<infer Row> ? Row : never;

/** Declares a table; its row type follows from its columns. */
export function defineTable<Row>(schema: TableSchema<Row>): TableSchema<Row> {
  return schema;
}

interface Text<Value extends string> {
  meaning: string;
  oneOf?: readonly Value[];
  pattern?: RegExp;
}

interface Quantity {
  unit?: string;
  meaning: string;
  minimum?: number;
  maximum?: number;
}

/** A 32-bit integer. */
export function int32(column: Quantity): Column<number> {
  return { type: "int32", nullable: false, ...column };
}

/** A double, finite unless `infinite` says otherwise. */
export function float64(column: Quantity & { infinite?: boolean }): Column<number> {
  return { type: "float64", nullable: false, ...column };
}

export function bool(column: { meaning: string }): Column<boolean> {
  return { type: "bool", nullable: false, ...column };
}

/** A text; `oneOf` narrows its type to the values listed. */
export function utf8<const Value extends string = string>(column: Text<Value>): Column<Value> {
  return { type: "utf8", nullable: false, ...column };
}

export function binary(column: { unit?: string; meaning: string }): Column<Uint8Array> {
  return { type: "binary", nullable: false, ...column };
}

/** A list of 32-bit integers; the bounds hold for each. */
export function int32List(column: Quantity): Column<number[]> {
  return { type: "list<int32>", nullable: false, ...column };
}

/** A list of doubles, each finite and within the bounds. */
export function float64List(column: Quantity): Column<number[]> {
  return { type: "list<float64>", nullable: false, ...column };
}

/** The same column, but a row may hold null: say in `meaning` what that means. */
export function nullable<Value>(column: Column<Value>): Column<Value | null> {
  return { ...column, nullable: true } as Column<Value | null>;
}
