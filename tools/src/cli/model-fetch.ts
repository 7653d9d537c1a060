import type { Command } from "commander";
import { examples } from "./arguments.ts";

/** `ft model fetch`. @param group the command `ft model` */
export function modelFetch(group: Command): void {
  group
    .command("fetch")
    .description(
      "download a model into the Hugging Face cache (HF_HOME, HF_HUB_CACHE), or its newest commit; interrupted downloads resume",
    )
    .argument("<model...>", "hf://OWNER/NAME[@REVISION]; revision: a branch, tag or commit (default: main)")
    .addHelpText(
      "after",
      examples(
        ["ft model fetch hf://EleutherAI/pythia-70m", "the newest commit of its branch main"],
        ["ft model fetch hf://EleutherAI/pythia-70m@step3000", "a branch, tag or commit"],
        ["HF_TOKEN=hf_... ft model fetch hf://meta-llama/Llama-3.2-1B", "one with a licence"],
        ["HF_ENDPOINT=https://mirror.example ft model fetch hf://gpt2", "from a mirror"],
      ),
    )
    .action(run);
}

async function run(names: readonly string[]): Promise<void> {
  const { createProgress, UserError } = await import("@ft/artifacts");
  const { isHubId, parseHubModel, renderHubModel } = await import("@ft/experiment");
  const { fileSize } = await import("../hub/file-size.ts");
  const { fetchModel } = await import("../hub/fetch-model.ts");
  const models = names.map((name) => {
    const parsed = parseHubModel(name);
    if (parsed) return parsed;
    throw new UserError("this is not a model of the hub", {
      value: name,
      remedy: `write hf://${isHubId(name) ? name : "OWNER/NAME"}`,
    });
  });
  const progress = createProgress();
  try {
    for (const wanted of models) {
      const { commit, folder, bytes } = await fetchModel(wanted, { progress });
      const name = renderHubModel({ ...wanted, revision: commit });
      console.log(`${name}: ${bytes > 0 ? `${fileSize(bytes)} downloaded` : "up to date"}`);
      console.log(folder);
    }
  } finally {
    progress.stop();
  }
}
