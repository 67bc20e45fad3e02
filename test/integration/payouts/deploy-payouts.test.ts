import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { startTronNode } from "../../../devnet/tron/start-tron-node.ts";
import type { TronNode } from "../../../devnet/tron/tron-node.ts";
import { DEPLOYED, DeploymentFile } from "../../../offchain/payouts/deployment-record.ts";
import { PayoutServiceError } from "../../../offchain/payouts/service/errors.ts";
import { TronSender } from "../../../offchain/payouts/service/tron-sender.ts";
import type { PayoutClock } from "../../../offchain/payouts/tron/clock.ts";
import { rejection } from "../../support/rejection.ts";
import { clientOf, deployTo, keyOf, MAX_FEE, miningClock } from "../../support/tron-world.ts";

class Killed extends Error {}

describe("a deployment of payouts", function () {
  this.timeout(120_000);
  let node: TronNode;
  let dataDir: string;
  before(async () => {
    node = await startTronNode({ blockIntervalMs: 0 });
    dataDir = await mkdtemp(join(tmpdir(), "lucid-deploy-"));
  });
  after(async () => {
    await node?.close();
    if (dataDir !== undefined) await rm(dataDir, { recursive: true });
  });

  const deploy = async (clock: PayoutClock) => {
    const tron = clientOf(node, clock);
    const sender = new TronSender({ key: keyOf(node, 0), maxFee: MAX_FEE, pollMs: 1 }, { tron, clock });
    return await deployTo(node, { tron, sender, dataDir });
  };
  /** Ends the work after so many waits, as a kill would. */
  const mortal = (waits: number): PayoutClock => {
    const clock = miningClock(node);
    let left = waits;
    return {
      now: clock.now,
      sleepUntil: async (timeMs) => {
        if (left === 0) throw new Killed();
        left -= 1;
        await clock.sleepUntil(timeMs);
      },
    };
  };
  const file = () => new DeploymentFile(dataDir, node.chainId);

  it("that is killed goes on where it was: each contract is deployed once", async () => {
    const seen = new Map<string, string>();
    for (let waits = 0; waits < 12; waits += 1) {
      await deploy(mortal(waits % 4)).catch((error) => {
        if (!(error instanceof Killed)) throw error;
      });
      const { contracts = {} } = (await file().read()) ?? {};
      for (const name of DEPLOYED) {
        const contract = contracts[name];
        if (contract === undefined) continue;
        expect(seen.get(name) ?? contract.txid, name).to.equal(contract.txid);
        seen.set(name, contract.txid);
      }
    }
    const { token, ledger, v0, kyc } = await deploy(miningClock(node));
    expect([...seen.keys()]).to.have.members([...DEPLOYED]);
    expect(new Set([token, ledger, v0, kyc]).size).to.equal(4);
    expect((await deploy(miningClock(node))).calls, "nothing is left to be set").to.deep.equal([]);
  });

  it("whose record was damaged is not gone on with", async () => {
    const { path } = file();
    const text = await readFile(path, "utf8");
    await writeFile(path, text.slice(0, 40));
    const error = await rejection(deploy(miningClock(node)), PayoutServiceError);
    expect(error.code).to.equal("PAYOUT_DEPLOYMENT_DIFFERS");
    await writeFile(
      path,
      text.replace(node.accounts[0]?.address as string, node.accounts[1]?.address as string),
    );
    const other = await rejection(deploy(miningClock(node)), PayoutServiceError);
    expect(other.details).to.include({ code: "PAYOUT_DEPLOYMENT_DIFFERS", field: "deployer" });
  });
});
