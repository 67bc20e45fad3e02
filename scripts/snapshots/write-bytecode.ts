/** Writes snapshots/bytecode/contracts.json. Run by `npm run snapshots` after a deliberate change of a contract. */
import { writeFileSync } from "node:fs";
import hre from "hardhat";
import { BYTECODE_SNAPSHOT, MEASURED_CONTRACTS, measureBytecode } from "./bytecode.ts";

await hre.tasks.getTask("build").run({ quiet: true });
const measured: Record<string, unknown> = {};
for (const name of MEASURED_CONTRACTS) {
  measured[name] = measureBytecode(await hre.artifacts.readArtifact(name));
}
writeFileSync(BYTECODE_SNAPSHOT, `${JSON.stringify(measured, null, 2)}\n`);
