/** Writes half of a table into the folder named by its argument, reports it, and waits to be killed. */

import { tensorsSchema } from "../../schemas/tensors.ts";
import { ones } from "../../testing/ones.ts";
import { writeTable } from "../write-table.ts";

async function* rows() {
  yield ones("first", [1000]);
  process.stdout.write("half written\n");
  await new Promise((resolve) => setTimeout(resolve, 60_000));
}

const origin = { producer: null, runs: null, inputs: {}, config: {}, seed: null };
const nothing = { ...origin, code: null, versions: {}, backend: null };
await writeTable(process.argv[2]!, tensorsSchema, rows(), nothing);
