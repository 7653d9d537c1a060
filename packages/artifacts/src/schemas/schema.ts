/** The types a column may have. Strings are written as plain UTF-8, never as dictionaries. */
export type ColumnType = "int32" | "float64" | "bool" | "utf8" | "binary" | "list<int32>" | "list<float64>";

/** One column of a table; `Value` is what a row holds in it. */
export interface Column<Value> {
  readonly type: ColumnType;
  /** Whether a row may hold null. */
  readonly nullable: boolean;
  /** What a number counts or measures: "steps", "nats", "fraction". Undefined for names and texts. */
  readonly unit?: string;
  /** The meaning of the column, in one phrase. */
  readonly meaning: string;
  /** The only values allowed. */
  readonly oneOf?: readonly string[];
  /** The form of a string. */
  readonly pattern?: RegExp;
  /** The smallest number allowed. */
  readonly minimum?: number;
  /** The largest number allowed. */
  readonly maximum?: number;
  /** Whether infinities and NaN are allowed. @default false */
  readonly infinite?: boolean;
  /** Carries the type `Value`; never set at run time. */
  readonly "~value"?: Value;
}

/**
 * The order of a column's values among rows with equal values in the columns before it in {@link TableSchema.order}:
 * - "together": equal values are contiguous, in any order;
 * - "rises": every value is larger than the previous one;
 * - "never falls": it may also be equal to the previous one;
 * - "counts from 0", "counts from 1": by one from row to row.
 */
export type Sequence = "together" | "rises" | "never falls" | "counts from 0" | "counts from 1";

/** One pass over the rows of a table. */
export interface Follower<Row> {
  /** What is wrong with a row, given those before it, if anything. */
  problem(row: Row): string | undefined;
}

/** The contract of a table: everything a reader or writer of its file must know. */
export interface TableSchema<Row> {
  readonly name: string;
  /** Incremented with every change that an older reader would misread. */
  readonly version: number;
  /** The file's name in a stage's folder. */
  readonly file: string;
  /** What a row is, and the order of rows. */
  readonly meaning: string;
  readonly columns: { readonly [Name in keyof Row]: Column<Row[Name]> };
  /** Tables with tensors have one row per record batch and are read lazily; others are one batch. */
  readonly rowPerBatch?: boolean;
  /**
   * The order of rows: by the first column listed, then by the next. Rows that are equal in all of them are
   * duplicates, which is an error unless the last column "never falls".
   */
  readonly order?: Readonly<Partial<Record<NoInfer<keyof Row>, Sequence>>>;
  /** What is wrong with a row whose columns are each valid, if anything. */
  problem?(row: NoInfer<Row>): string | undefined;
  /** Starts a pass over a table, which checks the rows in order. */
  follow?(): Follower<NoInfer<Row>>;
}

/** A schema with rows of any type. */
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

/** A string; `oneOf` narrows its type to the values listed. */
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

/** The same column, but nullable: `meaning` must say what null means. */
export function nullable<Value>(column: Column<Value>): Column<Value | null> {
  return { ...column, nullable: true } as Column<Value | null>;
}
