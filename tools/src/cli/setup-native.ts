import type { Command } from "commander";
import { examples } from "./arguments.ts";

interface Options {
  force?: boolean;
  gpu?: boolean;
}

export function setupNative(program: Command): void {
  program
    .command("setup-native")
    .description("set up the native TensorFlow backend, unless it works already")
    .option("--force", "compile even if there is a working binding")
    .option("--gpu", "for a graphics card with CUDA, which downloads some 3 GB (never tried by its authors)")
    .addHelpText(
      "after",
      examples(
        ["ft setup-native", "download TensorFlow's C library with pip and compile the binding"],
        ["FT_TENSORFLOW=/opt/libtensorflow ft setup-native", "compile against a library already on disk"],
      ),
    )
    .action(run);
}

async function run({ force = false, gpu = false }: Options): Promise<void> {
  const [{ createProgress }, { interruptible, setUpNative }] = await Promise.all([
    import("@ft/artifacts"),
    import("../native/set-up.ts"),
  ]);
  const progress = createProgress();
  try {
    const backend = await interruptible((signal) =>
      setUpNative({ force, gpu, thorough: true, progress, signal }),
    );
    progress.stop();
    const { built, path, version, device } = backend;
    console.log(
      `${built ? "Compiled and tested" : "Works"}: TensorFlow ${version} on the ${device.toUpperCase()}`,
    );
    console.log(path);
  } finally {
    progress.stop();
  }
}
