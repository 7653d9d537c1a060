/** Pairs of prompts: JSON Lines as attribution reads them, CSV as the data stage does. */
import { join } from "node:path";
import { buildDataset, configSchema } from "@ft/data";
import { admitPairs, loadTokenizer } from "@ft/model";
import type { Sample, Target } from "../target.ts";
import { tinyConfig, writeTinyModel } from "./models.ts";

const texts = [0, 1, 2].map((n) => ({
  clean: `add ${n} and 2 :`,
  corrupted: `add ${n} and 3 :`,
  answer: `${n + 2}`,
  wrong: `${n + 3}`,
}));
const mib = [
  {
    prompt: "add 1 and 2 :",
    choices: ["3", "4"],
    answerKey: 0,
    s2_io_flip_counterfactual: { prompt: "add 1 and 3 :", choices: ["3", "4"], answerKey: 1 },
  },
];
const tokens = [{ clean: [1, 2, 3], corrupted: [1, 2, 4], answer: 5, wrong: 6 }];
const csv = ["clean,corrupted,label,corrupted_label", ...texts.map((text) => Object.values(text).join(","))];

export const prompts: readonly Target[] = [
  {
    name: "pairs",
    damage: "text",
    async samples(folder) {
      writeTinyModel(folder);
      const file = join(folder, "pairs.jsonl");
      const read = () =>
        admitPairs({
          file,
          limits: tinyConfig,
          tokenizer: () => loadTokenizer(folder),
          unusable: { choice: "error", remedy: "repair them" },
          note: () => undefined,
        });
      return [texts, mib, tokens].map((pairs): Sample => {
        const lines = pairs.map((pair) => JSON.stringify(pair));
        return { file, bytes: Buffer.from(lines.join("\n")), read };
      });
    },
  },
  {
    name: "csv",
    damage: "text",
    async samples(folder) {
      writeTinyModel(folder);
      const tokenizer = await loadTokenizer(folder);
      const file = join(folder, "pairs.csv");
      const config = configSchema.parse({ import: { circuit: file, repeated: "drop" } });
      const read = () => buildDataset(config, { tokenizer, seed: 1 });
      return [{ file, bytes: Buffer.from(csv.join("\n")), read }];
    },
  },
];
