import type { Command } from "commander";
import { randomModel } from "./random-model.ts";

export function model(program: Command): void {
  const group = program.command("model").description("base models");
  for (const add of [randomModel]) add(group);
}
