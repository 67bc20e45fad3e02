import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { runTask } from "../run-task.ts";
import { anchoringPart } from "./anchoring/anchoring-part.ts";
import { auditPart } from "./audit/audit-part.ts";
import { conclude } from "./conclude.ts";
import { DemoContext, type DemoPart, type PartResult } from "./demo-context.ts";
import { Narrator } from "./narrator.ts";
import { payoutsPart } from "./payouts/payouts-part.ts";
import { pootPart } from "./poot/poot-part.ts";

const PARTS: readonly DemoPart[] = [anchoringPart, pootPart, payoutsPart, auditPart];

export default async function demo({ json }: { json: boolean }, hre: HardhatRuntimeEnvironment) {
  return await runTask({ json }, async (terminal, signal) => {
    const narrator = new Narrator(terminal, signal);
    await using context = await DemoContext.open(hre, narrator);
    const results: PartResult[] = [];
    for (const part of PARTS) results.push(await part(context));
    return conclude(results, narrator);
  });
}
