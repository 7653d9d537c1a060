import { join } from "node:path";
import type { AnySchema } from "../schemas/schema.ts";

/** Where a table is: the path itself if it names an Arrow file, else the schema's file in that folder. */
export function tablePath(folderOrFile: string, schema: Pick<AnySchema, "file">): string {
  return folderOrFile.endsWith(".arrow") ? folderOrFile : join(folderOrFile, schema.file);
}
