import { readFileSync } from "node:fs";
import { expect } from "chai";
import { getBytes, hexlify, keccak256 } from "ethers";
import hre, { network } from "hardhat";
import lucid from "../../ignition/modules/lucid.ts";
import {
  BYTECODE_SNAPSHOT,
  MEASURED_CONTRACTS,
  type MeasuredBytecode,
  maskImmutables,
  measureBytecode,
  ON_SYSTEM_CONTRACTS,
  TRON_CONTRACTS,
} from "../../scripts/snapshots/bytecode.ts";

const snapshot: Record<string, MeasuredBytecode> = JSON.parse(readFileSync(BYTECODE_SNAPSHOT, "utf8"));

/** TLOAD, TSTORE, MCOPY, BLOBHASH and BLOBBASEFEE. */
const CANCUN = new Set([0x5c, 0x5d, 0x5e, 0x49, 0x4a]);
const PUSH0 = 0x5f;
const PUSH32 = 0x7f;

/** The instructions of creation code, without what they push and without the compiler's metadata at the end. */
function instructionsOf(bytecode: string): number[] {
  const code = getBytes(bytecode);
  // The last two bytes say how long the metadata is.
  const end = code.length - 2 - Number(hexlify(code.slice(-2)));
  const instructions: number[] = [];
  for (let i = 0; i < end; i++) {
    const instruction = code[i] as number;
    instructions.push(instruction);
    if (instruction > PUSH0 && instruction <= PUSH32) i += instruction - PUSH0;
  }
  return instructions;
}

describe("deployed bytecode", () => {
  for (const name of MEASURED_CONTRACTS) {
    it(`${name}: what is built is what was measured (npm run snapshots after a deliberate change)`, async () => {
      expect(measureBytecode(await hre.artifacts.readArtifact(name))).to.deep.equal(snapshot[name]);
    });
  }

  for (const name of TRON_CONTRACTS) {
    it(`${name}: has no instruction that TRON has behind a chain parameter`, async () => {
      const { bytecode } = await hre.artifacts.readArtifact(name);
      expect(instructionsOf(bytecode).filter((instruction) => CANCUN.has(instruction))).to.deep.equal([]);
    });
  }

  it("what the module deploys is what was measured, and chunk store and checkpoints ask these anchors", async () => {
    const { ethers, ignition } = await network.create();
    const { anchors, chunkStore, checkpoints } = await ignition.deploy(lucid);
    const deployed = { LucidAnchors: anchors, LucidChunkStore: chunkStore, LucidCheckpoints: checkpoints };
    for (const name of ON_SYSTEM_CONTRACTS) {
      const artifact = await hre.artifacts.readArtifact(name);
      const runtime = await ethers.provider.getCode(await deployed[name].getAddress());
      expect(keccak256(maskImmutables(runtime, artifact)), name).to.equal(snapshot[name]?.runtimeHash);
    }
    for (const contract of [chunkStore, checkpoints]) {
      expect(await contract.getFunction("ANCHORS")()).to.equal(await anchors.getAddress());
    }
  });

  it("the admin of anchors and chunk store is account 0, or who is named", async () => {
    const { ethers, ignition } = await network.create();
    const [first, second] = await ethers.getSigners();
    const byDefault = await ignition.deploy(lucid);
    const named = await (await network.create()).ignition.deploy(lucid, {
      parameters: { Lucid: { admin: second?.address ?? "" } },
    });
    for (const [contracts, admin] of [
      [byDefault, first],
      [named, second],
    ] as const) {
      for (const contract of [contracts.anchors, contracts.chunkStore]) {
        const role = await contract.getFunction("DEFAULT_ADMIN_ROLE")();
        expect(await contract.getFunction("hasRole")(role, admin?.address)).to.equal(true);
      }
    }
  });
});
