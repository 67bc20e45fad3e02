import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AbiCoder, Wallet } from "ethers";
import { startTronNode, type TronNodeOptions } from "../../devnet/tron/start-tron-node.ts";
import type { TronNode } from "../../devnet/tron/tron-node.ts";
import { type DeployedPayouts, deployPayouts } from "../../offchain/payouts/deploy-payouts.ts";
import { DeploymentFile } from "../../offchain/payouts/deployment-record.ts";
import { PayoutService, type PayoutServiceOptions } from "../../offchain/payouts/payout-service.ts";
import { complianceMessage } from "../../offchain/payouts/service/hold.ts";
import { PayoutChain } from "../../offchain/payouts/service/payout-chain.ts";
import type { PayoutEvent } from "../../offchain/payouts/service/payout-event.ts";
import { ROUTER_ABI } from "../../offchain/payouts/service/router-calls.ts";
import { type PurposefulCall, TronSender } from "../../offchain/payouts/service/tron-sender.ts";
import type { RowTerms } from "../../offchain/payouts/service/verify-row.ts";
import type { PayoutClock } from "../../offchain/payouts/tron/clock.ts";
import { addressOfKey, TronClient, type TronDeployment } from "../../offchain/payouts/tron-client.ts";
import { signPayoutMessage } from "../../offchain/payouts/typed-data.ts";
import type { NewPayout } from "../../offchain/store/documents.ts";
import { openStore } from "../../offchain/store/open-store.ts";
import type { Store } from "../../offchain/store/store.ts";
import { TetherOnTron__factory } from "../../typechain-types/index.ts";
import { APPROVER, PLANNER, SIGNERS } from "./planned-month.ts";
import { type PlannedRowsOptions, plannedRows } from "./planned-rows.ts";
import { rejection } from "./rejection.ts";

export const MAX_FEE = 2_000_000_000n;
export const SUPPLY = 10n ** 15n;
/** 2100-01-01. */
export const LATER = 4_102_444_800;
export const KYC_HASH = `0x${"6b".repeat(32)}`;

/** Tether's faithful copy, all of which belongs to whoever deploys it. */
export const testTether = (): TronDeployment => ({
  name: "TetherOnTron",
  abi: TetherOnTron__factory.abi,
  code:
    TetherOnTron__factory.bytecode +
    AbiCoder.defaultAbiCoder()
      .encode(["uint256", "string", "string", "uint8"], [SUPPLY, "Tether USD", "USDT", 6])
      .slice(2),
});

/** A local TRON node with the payout contracts; blocks come whenever something is waited for. */
export class TronWorld implements AsyncDisposable {
  readonly node: TronNode;
  readonly tron: TronClient;
  readonly chain: PayoutChain;
  readonly contracts: DeployedPayouts;
  readonly store: Store;
  readonly terms: RowTerms;
  readonly sender: TronSender;
  readonly clock: PayoutClock;
  readonly events: PayoutEvent[] = [];
  readonly storeFile: string;
  readonly #dataDir: string;
  #blocks: NodeJS.Timeout | undefined;
  #block = Promise.resolve();

  private constructor(parts: {
    node: TronNode;
    tron: TronClient;
    clock: PayoutClock;
    contracts: DeployedPayouts;
    store: Store;
    sender: TronSender;
    dataDir: string;
    file: string | undefined;
  }) {
    this.node = parts.node;
    this.tron = parts.tron;
    this.clock = parts.clock;
    this.contracts = parts.contracts;
    this.store = parts.store;
    this.sender = parts.sender;
    this.#dataDir = parts.dataDir;
    this.storeFile = join(parts.dataDir, parts.file ?? "none");
    this.chain = new PayoutChain(parts.tron);
    this.terms = termsOf(parts.contracts, parts.node.chainId);
  }

  /** @param file of the store in a folder of its own; in memory where there is none */
  static async open({
    file,
    ...options
  }: TronNodeOptions & { readonly file?: string } = {}): Promise<TronWorld> {
    const node = await startTronNode({ blockIntervalMs: 0, ...options });
    const dataDir = await mkdtemp(join(tmpdir(), "lucid-tron-"));
    const clock = miningClock(node);
    const tron = clientOf(node, clock);
    const sender = new TronSender({ key: keyOf(node, 0), maxFee: MAX_FEE, pollMs: 1 }, { tron, clock });
    const contracts = await deployTo(node, { tron, sender, dataDir });
    const store = await openStore({ setting: file === undefined ? "memory:" : join(dataDir, file) });
    return new TronWorld({ node, tron, clock, contracts, store, sender, dataDir, file });
  }

  /** Blocks at this pace, for processes that wait by the machine's clock. */
  async produceBlocks(everyMs: number): Promise<void> {
    this.#blocks = setInterval(() => {
      this.#block = this.#block.then(() => this.node.mine());
    }, everyMs);
  }

  async stopBlocks(): Promise<void> {
    clearInterval(this.#blocks);
    await this.#block;
  }

  get treasury(): string {
    return this.sender.address;
  }

  get disburserKey(): string {
    return keyOf(this.node, 1);
  }

  /** The record of the deployment. */
  get deployment(): DeploymentFile {
    return new DeploymentFile(this.#dataDir, this.node.chainId);
  }

  router(kind: "v0" | "kyc"): string {
    return this.contracts[kind];
  }

  /** @param clock @default one that makes a block whenever something is waited for */
  service(
    change: Partial<PayoutServiceOptions> = {},
    store: Pick<Store, "payouts"> = this.store,
    clock: PayoutClock = this.clock,
    tron: TronClient = this.tron,
  ): PayoutService {
    const options: PayoutServiceOptions = {
      ...this.terms,
      disburserKey: this.disburserKey,
      token: this.contracts.token,
      ledger: this.contracts.ledger,
      maxFee: MAX_FEE,
      pollMs: 1,
      onEvent: (event) => this.events.push(event),
      ...change,
    };
    return new PayoutService(options, { payouts: store.payouts, tron, clock });
  }

  /** Runs a service until it sent something, and stops it there as a kill would. @returns what it sent */
  async runUntilSent(): Promise<string> {
    const stop = new AbortController();
    let sent = "";
    const service = this.service({
      onEvent: (event) => {
        if (event.kind !== "sent") return;
        sent = event.txid;
        stop.abort(new Error("stopped"));
      },
    });
    await rejection(service.run(stop.signal), Error);
    return sent;
  }

  /** A clock that takes the next step instead of making a block, as long as there is one, whenever something is waited for. */
  steppingClock(steps: (() => Promise<void>)[]): PayoutClock {
    const left = [...steps];
    let taken = 0;
    return {
      now: () => this.clock.now() + taken,
      sleepUntil: async (timeMs, signal) => {
        const step = left.shift();
        taken += BLOCK_MS;
        if (step !== undefined) await step();
        else await this.clock.sleepUntil(timeMs, signal);
      },
    };
  }

  /** Enters payouts of a statement for one of the routers; those with KYC are approved. */
  async enter(
    options: PlannedRowsOptions,
    { approved = true }: { readonly approved?: boolean } = {},
  ): Promise<NewPayout[]> {
    const { kind = "kyc" } = options;
    const planned = await plannedRows({ router: this.router(kind), chainId: this.node.chainId, ...options });
    const rows =
      kind === "kyc" && approved ? await Promise.all(planned.map((row) => this.approve(row))) : planned;
    await this.store.payouts.insertMany(rows);
    return rows;
  }

  /** The row with an approval by compliance. */
  async approve(row: NewPayout, expiry = LATER): Promise<NewPayout> {
    const approval = { kycHash: KYC_HASH, expiry };
    const payment = {
      ...{ payoutId: row._id, to: row.to_addr, amount: row.usdt_amount },
      router: { kind: "kyc", address: row.router } as const,
    };
    const message = complianceMessage(payment, this.node.chainId, approval);
    const compliance_sig = await signPayoutMessage(new Wallet(keyOf(this.node, 2)), message);
    return { ...row, kyc_hash: KYC_HASH, kyc_expiry: expiry, compliance_sig };
  }

  /** Opens the statement of these rows, so that a test begins with a batch. */
  async openStatement([row]: readonly NewPayout[]): Promise<void> {
    const { router, plan_root, plan_total, plan_period, planner_sig, approver_sig } = row as NewPayout;
    const args = [plan_root, plan_total, plan_period, planner_sig, approver_sig];
    const data = ROUTER_ABI.kyc.encodeFunctionData("openStatement", args);
    await this.send({ contract: router, name: "openStatement", data });
  }

  /** Sends a call as the owner of token, contracts and treasury, until it is solidified. */
  async send(call: Omit<PurposefulCall, "purpose">): Promise<void> {
    await this.sender.sendAll([{ ...call, purpose: call.name }]);
  }

  async sendToToken(name: string, args: unknown[]): Promise<void> {
    const data = TetherOnTron__factory.createInterface().encodeFunctionData(name as "pause", args as never);
    await this.send({ contract: this.contracts.token, name, data });
  }

  async balanceOf(account: string): Promise<bigint> {
    return await this.chain.balanceOf(this.contracts.token, account, "solid");
  }

  async statusOf({ _id }: { readonly _id: string }) {
    const document = await this.store.payouts.get(_id);
    return document && { status: document.status, error: document.error };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopBlocks();
    await this.store.close();
    await this.node.close();
    await rm(this.#dataDir, { recursive: true });
  }
}

export const keyOf = (node: TronNode, place: number) =>
  (node.accounts[place] as { privateKey: string }).privateKey;

/** What the tasks of payouts are told of a local node: the keys of its accounts, as {@link deployTo} uses them. */
export const tronTaskSettings = (node: TronNode, dataDir: string): Record<string, string> => ({
  LUCID_DATA_DIR: dataDir,
  TRON_NETWORK: "devnet",
  TRON_FULL_HOST: node.fullHost,
  TRON_SOLIDITY_HOST: node.solidityHost,
  LUCID_ADMIN_KEY: keyOf(node, 0),
  TRON_DISBURSER_KEY: keyOf(node, 1),
  TRON_COMPLIANCE_KEY: keyOf(node, 2),
  LUCID_PLANNER_ADDRESS: PLANNER.address,
  LUCID_APPROVER_ADDRESS: APPROVER.address,
});

export const termsOf = ({ v0, kyc }: Pick<DeployedPayouts, "v0" | "kyc">, chainId: bigint): RowTerms => ({
  signers: SIGNERS,
  chainId,
  routers: [
    { kind: "v0", address: v0 },
    { kind: "kyc", address: kyc },
  ],
});

export function clientOf(node: TronNode, clock: PayoutClock): TronClient {
  const { fullHost, solidityHost, chainId } = node;
  const hosts = { fullHosts: [fullHost], solidityHosts: [solidityHost] };
  return new TronClient({ ...hosts, chainId, isPublic: false }, { clock });
}

/** Deploys token and contracts: account 0 owns everything, 1 disburses, 2 is compliance. */
export async function deployTo(
  node: TronNode,
  {
    tron,
    sender,
    dataDir,
  }: { readonly tron: TronClient; readonly sender: TronSender; readonly dataDir: string },
): Promise<DeployedPayouts> {
  const roles = {
    signers: SIGNERS,
    disburser: addressOfKey(keyOf(node, 1)),
    compliance: addressOfKey(keyOf(node, 2)),
    pauser: sender.address,
  };
  return await deployPayouts(
    {
      ...{ token: undefined, testToken: testTether(), treasury: sender.address, roles },
      ...{ paymentLimit: SUPPLY, dayLimit: SUPPLY, allowance: SUPPLY },
    },
    { tron, sender, file: new DeploymentFile(dataDir, node.chainId) },
  );
}

const BLOCK_MS = 3_000;

/** Waiting makes blocks, each of which takes three seconds of the machine's clock. */
export function miningClock(node: TronNode): PayoutClock {
  let now = Date.now();
  return {
    now: () => now,
    sleepUntil: async (timeMs, signal) => {
      signal?.throwIfAborted();
      now = Math.max(now + BLOCK_MS, timeMs);
      await node.mine();
    },
  };
}
