import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { runTask } from "../run-task.ts";
import { anchoringPart } from "./anchoring/anchoring-part.ts";
import { DemoContext, type DemoPart } from "./demo-context.ts";
import { Narrator } from "./narrator.ts";
import { pootPart } from "./poot/poot-part.ts";

const PARTS: readonly DemoPart[] = [anchoringPart, pootPart];

export default async function demo({ json }: { json: boolean }, hre: HardhatRuntimeEnvironment) {
  return await runTask({ json }, async (terminal) => {
    const narrator = new Narrator(terminal);
    await using context = await DemoContext.open(hre, narrator);
    const value: Record<string, unknown> = {};
    const failures: string[] = [];
    for (const part of PARTS) {
      const result = await part(context);
      Object.assign(value, result.value);
      failures.push(...result.failures);
    }
    narrator.line();
    if (failures.length === 0) {
      narrator.line("Everything held. Nothing is left behind: the chain, the nodes and the files belonged");
      narrator.line("to this run only.");
    } else {
      narrator.line("The demo FAILED. What should hold and does not:");
      for (const failure of failures) narrator.say(failure);
    }
    return { value: { ...value, failures }, failed: failures.length > 0 };
  });
}
