import { stageMain } from "@ft/artifacts";
import { stages } from "./stages.ts";

await stageMain(stages);
