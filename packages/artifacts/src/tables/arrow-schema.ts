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
  }
}

/** Our name of an Arrow type, or Arrow's own where we have none. */
export function typeName(type: DataType): string {
  if (DataType.isInt(type) && type.isSigned && type.bitWidth === 32) return "int32";
  if (DataType.isFloat(type) && type.precision === Precision.DOUBLE) return "float64";
  if (DataType.isBool(type)) return "bool";
  if (DataType.isUtf8(type)) return "utf8";
  if (DataType.isBinary(type)) return "binary";
  if (DataType.isList(type)) return `list<${typeName(type.children[0]!.type)}>`;
  return String(type);
}

/** A table's Arrow schema, with its name, version and columns' meanings as metadata for whoever opens the file. */
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
