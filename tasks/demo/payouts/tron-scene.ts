import { Wallet } from "ethers";
import type { ManualClock } from "../../../devnet/manual-clock.ts";
import { sampleWallet } from "../../../devnet/task-proofs.ts";
import { startTronNode } from "../../../devnet/tron/start-tron-node.ts";
import type { TronNode } from "../../../devnet/tron/tron-node.ts";
import { type DeployedPayouts, deployPayouts } from "../../../offchain/payouts/deploy-payouts.ts";
import { DeploymentFile } from "../../../offchain/payouts/deployment-record.ts";
import { PayoutChain } from "../../../offchain/payouts/service/payout-chain.ts";
import { TronSender } from "../../../offchain/payouts/service/tron-sender.ts";
import type { RowTerms } from "../../../offchain/payouts/service/verify-row.ts";
import type { PayoutClock } from "../../../offchain/payouts/tron/clock.ts";
import { addressOfKey, TronClient } from "../../../offchain/payouts/tron-client.ts";
import { testTether } from "../../payout/test-tether.ts";
import type { DemoContext } from "../demo-context.ts";

/** Of the month, in micro-USDT. */
export const BUDGET = 1_000_000_000n;

/** Who does what on TRON, each with a key of his own. */
export interface TronKeys {
  /** Admin of the contracts, and treasury. */
  readonly admin: string;
  readonly disburser: string;
  readonly compliance: Wallet;
  readonly planner: Wallet;
  readonly approver: Wallet;
}

/** A TRON node in this process with the contracts that pay. */
export class TronScene implements AsyncDisposable {
  readonly node: TronNode;
  readonly clock: PayoutClock;
  readonly tron: TronClient;
  readonly chain: PayoutChain;
  readonly keys: TronKeys;
  readonly contracts: DeployedPayouts;
  readonly treasury: string;

  private constructor(parts: Pick<TronScene, "node" | "clock" | "tron" | "keys" | "contracts" | "treasury">) {
    this.node = parts.node;
    this.clock = parts.clock;
    this.tron = parts.tron;
    this.chain = new PayoutChain(parts.tron);
    this.keys = parts.keys;
    this.contracts = parts.contracts;
    this.treasury = parts.treasury;
  }

  /** Starts the node and deploys a token, the ledger and both routers. */
  static async open({ clock: simulated, chain, dataDir }: DemoContext): Promise<TronScene> {
    const node = await startTronNode({ blockIntervalMs: 0, now: () => simulated.now() });
    try {
      const { fullHost, solidityHost, chainId } = node;
      const clock = miningClock(node, simulated);
      const hosts = { fullHosts: [fullHost], solidityHosts: [solidityHost] };
      const tron = new TronClient({ ...hosts, chainId, isPublic: false }, { clock });
      const keys = keysOf(node);
      const { payoutMaxFee: maxFee } = chain.settings;
      const sender = new TronSender({ key: keys.admin, maxFee }, { tron, clock });
      const treasury = sender.address;
      const roles = {
        signers: signersOf(keys),
        disburser: addressOfKey(keys.disburser),
        compliance: addressOfKey(keys.compliance.privateKey),
        pauser: treasury,
      };
      const contracts = await deployPayouts(
        {
          ...{ token: undefined, testToken: testTether(), treasury, roles },
          ...{ paymentLimit: BUDGET, dayLimit: BUDGET, allowance: BUDGET },
        },
        { tron, sender, file: new DeploymentFile(dataDir, chainId) },
      );
      return new TronScene({ node, clock, tron, keys, contracts, treasury });
    } catch (error) {
      await node.close();
      throw error;
    }
  }

  get terms(): RowTerms {
    const { v0, kyc } = this.contracts;
    return {
      signers: signersOf(this.keys),
      chainId: this.node.chainId,
      routers: [
        { kind: "v0", address: v0 },
        { kind: "kyc", address: kyc },
      ],
    };
  }

  /** In solidified blocks, in micro-USDT. */
  async balanceOf(account: string): Promise<bigint> {
    return await this.chain.balanceOf(this.contracts.token, account, "solid");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.node.close();
  }
}

function keysOf({ accounts }: TronNode): TronKeys {
  const [admin, disburser, compliance] = accounts.map(({ privateKey }) => privateKey) as [
    string,
    string,
    string,
  ];
  return {
    ...{ admin, disburser, compliance: new Wallet(compliance) },
    planner: sampleWallet("demo planner"),
    approver: sampleWallet("demo approver"),
  };
}

const signersOf = ({ planner, approver }: TronKeys) => ({
  planner: planner.address.toLowerCase(),
  approver: approver.address.toLowerCase(),
});

/** Whoever waits lets the simulated time go by, and a block come at its end. */
function miningClock(node: TronNode, simulated: ManualClock): PayoutClock {
  return {
    now: () => simulated.now(),
    sleepUntil: async (timeMs, signal) => {
      signal?.throwIfAborted();
      simulated.set(Math.max(simulated.now(), timeMs));
      await node.setTime(simulated.now());
      await node.mine();
    },
  };
}
