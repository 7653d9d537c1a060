import { Binary, Bool, DataType, Field, Float64, Int32, List, Precision, Schema, Utf8 } from "apache-arrow";
import type { AnySchema, Column, ColumnType } from "../schemas/schema.ts";

/** The Arrow type of a column. */
export function arrowType(type: ColumnType): DataType {
  switch (type) {
    case "int32":
      return new Int32();
    case "float64":
      return new Float64();
    case "bool":
      return new Bool();
    case "utf8":
      return new Utf8();
    case "binary":
      return new Binary();
    case "list<int32>":
      return new List(new Field("item", new Int32(), false));
    case "list<float64>":
      return new List(new Field("item", new Float64(), false));
  }
}

/**
 * Whether values of an Arrow type can be a column's: the same kind of value in any width, dictionary-encoded or not, or
 * only nulls. Whether a value fits without loss is checked value by value.
 */
export function holds(type: DataType, column: ColumnType): boolean {
  if (DataType.isDictionary(type)) return holds(type.dictionary, column);
  if (DataType.isNull(type)) return true;
  switch (column) {
    case "int32":
    case "float64":
      return DataType.isInt(type) || DataType.isFloat(type);
    case "bool":
      return DataType.isBool(type);
    case "utf8":
      return DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type);
    case "binary":
      return DataType.isBinary(type) || DataType.isLargeBinary(type) || DataType.isBinaryView(type);
    case "list<int32>":
    case "list<float64>":
      return (
        (DataType.isList(type) || DataType.isLargeList(type) || DataType.isFixedSizeList(type)) &&
        holds(type.children[0]!.type, column === "list<int32>" ? "int32" : "float64")
      );
  }
}

/** A column type's name for an Arrow type, or Arrow's own name. */
export function typeName(type: DataType): string {
  if (DataType.isInt(type) && type.isSigned && type.bitWidth === 32) return "int32";
  if (DataType.isFloat(type) && type.precision === Precision.DOUBLE) return "float64";
  if (DataType.isBool(type)) return "bool";
  if (DataType.isUtf8(type)) return "utf8";
  if (DataType.isBinary(type)) return "binary";
  if (DataType.isList(type)) return `list<${typeName(type.children[0]!.type)}>`;
  return String(type);
}

/** The pyarrow types of columns. */
const pythonTypes: Readonly<Record<ColumnType, string>> = {
  int32: "pa.int32()",
  float64: "pa.float64()",
  bool: "pa.bool_()",
  utf8: "pa.string()",
  binary: "pa.binary()",
  "list<int32>": "pa.list_(pa.int32())",
  "list<float64>": "pa.list_(pa.float64())",
};

const FIELDS_PER_LINE = 4;

/** The lines of Python that build a table's schema as `schema`, and write a table `t` with it to `path`. */
export function pythonLines(schema: AnySchema): string[] {
  const fields = Object.entries(schema.columns).map(
    ([name, { type }]) => `("${name}", ${pythonTypes[type]})`,
  );
  const lines = Array.from({ length: Math.ceil(fields.length / FIELDS_PER_LINE) }, (_, line) =>
    fields.slice(FIELDS_PER_LINE * line, FIELDS_PER_LINE * (line + 1)).join(", "),
  );
  return [
    "import pyarrow as pa, pyarrow.feather as feather",
    `schema = pa.schema([${lines.join(",\n  ")}])`,
    "feather.write_feather(t.select(schema.names).cast(schema), path)",
  ].flatMap((line) => line.split("\n"));
}

/** {@link pythonLines} as the remedy of an error. */
export function pythonRemedy(schema: AnySchema): string {
  return ["in Python, with the table in t:", ...pythonLines(schema).map((line) => `    ${line}`)].join("\n");
}

/** A table's Arrow schema, with its name, version and columns' meanings as metadata. */
export function arrowSchema(schema: AnySchema): Schema {
  const fields = Object.entries(schema.columns).map(([name, column]) => arrowField(name, column));
  return new Schema(
    fields,
    new Map([
      ["schema", schema.name],
      ["version", String(schema.version)],
    ]),
  );
}

function arrowField(name: string, column: Column<unknown>): Field {
  const metadata = new Map([["meaning", column.meaning]]);
  if (column.unit) metadata.set("unit", column.unit);
  return new Field(name, arrowType(column.type), column.nullable, metadata);
}
