import { readFileSync } from "node:fs";
import { expect } from "chai";
import { keccak256 } from "ethers";
import hre, { network } from "hardhat";
import lucid from "../../ignition/modules/lucid.ts";
import {
  BYTECODE_SNAPSHOT,
  MEASURED_CONTRACTS,
  type MeasuredBytecode,
  maskImmutables,
  measureBytecode,
} from "../../scripts/snapshots/bytecode.ts";

const snapshot: Record<string, MeasuredBytecode> = JSON.parse(readFileSync(BYTECODE_SNAPSHOT, "utf8"));

describe("deployed bytecode", () => {
  for (const name of MEASURED_CONTRACTS) {
    it(`${name}: what is built is what was measured (npm run snapshots after a deliberate change)`, async () => {
      expect(measureBytecode(await hre.artifacts.readArtifact(name))).to.deep.equal(snapshot[name]);
    });
  }

  it("what the module deploys is what was measured, and chunk store and checkpoints ask these anchors", async () => {
    const { ethers, ignition } = await network.create();
    const { anchors, chunkStore, checkpoints } = await ignition.deploy(lucid);
    const deployed = { LucidAnchors: anchors, LucidChunkStore: chunkStore, LucidCheckpoints: checkpoints };
    for (const name of MEASURED_CONTRACTS) {
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
