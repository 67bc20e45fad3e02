import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { Wallet } from "ethers";
import { queueSessions } from "../../offchain/anchoring/queue-sessions.ts";
import { readSettings } from "../../offchain/config/settings.ts";
import { type Identity, identityOf } from "../../offchain/consensus/node/identity.ts";
import { issueReceipt } from "../../offchain/consensus/node/issue-receipt.ts";
import { receiptsFolder } from "../../offchain/consensus/node/receipt-file.ts";
import { slotAt, slotStart } from "../../offchain/consensus/slot-time.ts";
import type { PootDomain } from "../../offchain/consensus/typed-data/domain.ts";
import { connectEvm } from "../../offchain/contracts/connect-evm.ts";
import { LucidAnchorsClient } from "../../offchain/contracts/lucid-anchors/client.ts";
import { createLogger } from "../../offchain/logger.ts";
import { chunkMultiproof, chunkTree } from "../../offchain/sessions/chunk-tree.ts";
import { sealSession } from "../../offchain/sessions/seal-session.ts";
import type { SealedSession } from "../../offchain/sessions/sealed-session.ts";
import { sessionFields } from "../../offchain/sessions/session.ts";
import { openStore } from "../../offchain/store/open-store.ts";
import { Store } from "../../offchain/store/store.ts";
import { localKey } from "../anvil.ts";
import { registerNodes } from "../register-nodes.ts";
import { sealedSessions } from "../sealed-sessions.ts";
import { sampleHash, sampleWallet } from "../task-proofs.ts";
import { type TimeScale, toRealCeil, toVirtual } from "./scaled-clock.ts";
import { ScaledEngine } from "./scaled-engine.ts";
import { VirtualChain } from "./virtual-chain.ts";

/** Confirmations, k. */
export const CONFIRMATIONS = 3;
const CHAIN_ID = 31_337;
const BLOCK_SEC = 6;
const SAMPLE = resolve(import.meta.dirname, "../../samples/text-tour.cast");
const CHUNK_BYTES = 8 * 1024;
const SAMPLE_OWNER = new Wallet(localKey(2));
const TRON = "TG3XXyExBkPp9nzdajDZsozEu4BkaSJozs";

export interface ClusterOptions {
  /** The slot in which the contracts are deployed. */
  readonly firstSlot: number;
  readonly identities: number;
  /** Of those, the last so many are members of one pool. @default 0 */
  readonly members?: number;
  /** Virtual milliseconds for each of the machine's. */
  readonly factor: number;
  /** Virtual seconds from block to block. @default 6 */
  readonly blockSec?: number;
  /** Gives the store's setting for a folder; it is initialised. */
  readonly store: (folder: string) => string | Promise<string>;
}

/** A chain, a store and registered nodes on a faster clock; what runs the nodes is up to the test. */
export class Cluster implements AsyncDisposable {
  readonly chain: VirtualChain;
  readonly scale: TimeScale;
  readonly store: Store;
  /** The same in the machine's time: the EVM layer has no other. */
  readonly machineStore: Store;
  readonly anchors: LucidAnchorsClient;
  readonly identities: readonly Identity[];
  /** LUCID_DATA_DIR of every node: they all keep the same sessions. */
  readonly dataDir: string;
  readonly setting: string;
  /** Ids of the sessions that were queued. */
  readonly queued: string[] = [];
  readonly #recorded: readonly SealedSession[];
  readonly #dispose: () => Promise<void>;

  private constructor(
    parts: Pick<
      Cluster,
      "chain" | "scale" | "store" | "machineStore" | "anchors" | "identities" | "dataDir" | "setting"
    >,
    recorded: readonly SealedSession[],
    dispose: () => Promise<void>,
  ) {
    this.chain = parts.chain;
    this.scale = parts.scale;
    this.store = parts.store;
    this.machineStore = parts.machineStore;
    this.anchors = parts.anchors;
    this.identities = parts.identities;
    this.dataDir = parts.dataDir;
    this.setting = parts.setting;
    this.#recorded = recorded;
    this.#dispose = dispose;
  }

  static async start(options: ClusterOptions): Promise<Cluster> {
    const dataDir = await mkdtemp(join(tmpdir(), "lucid-cluster-"));
    const chain = await VirtualChain.start(options.firstSlot);
    try {
      const identities = Array.from({ length: options.identities }, (_, number) =>
        identityOf(sampleWallet(`node ${number}`), Buffer.from(sampleHash(`vrf ${number}`).slice(2), "hex")),
      );
      for (const { wallet } of identities) await chain.admit(wallet.address);
      const recorded = await sealSamples(dataDir);
      for (const { session } of recorded)
        await (await chain.anchors.registerSession(...sessionFields(session))).wait();
      const setting = await options.store(dataDir);
      const machineStore = await openStore({ setting });
      const { factor, blockSec = BLOCK_SEC } = options;
      const scale = await chain.scaleTime(factor, (blockSec * 1_000) / factor);
      const store = new Store(new ScaledEngine(machineStore.engine, scale));
      await register(identities, options.members ?? 0, chain, store);
      const settings = readSettings({ LUCID_DATA_DIR: join(dataDir, "test"), LUCID_LOG_LEVEL: "silent" });
      const modules = { transactions: machineStore.anchorTransactions, logger: createLogger("silent") };
      const { evm, provider } = await connectEvm([chain.node.url], settings, modules);
      const location = { address: chain.addresses.LUCID_ANCHORS_ADDRESS as string, deploymentBlock: 0 };
      const anchors = new LucidAnchorsClient(location, { evm });
      const parts = { chain, scale, store, machineStore, anchors, identities, dataDir, setting };
      return new Cluster(parts, recorded, async () => {
        await evm.close();
        provider.destroy();
        await machineStore.close();
      });
    } catch (error) {
      await chain[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Unix milliseconds of the virtual time. */
  now(): number {
    return toVirtual(this.scale, Date.now());
  }

  get slot(): number {
    return slotAt(this.now());
  }

  /** Milliseconds of the machine until so many virtual ones after a slot's start. */
  msUntil(slot: number, offsetMs = 0): number {
    return toRealCeil(this.scale, slotStart(slot) + offsetMs) - Date.now();
  }

  /** Settings of a process that runs nodes. */
  environment(): Record<string, string> {
    return {
      ...this.chain.addresses,
      ON_SYSTEM_CHAIN_RPC: this.chain.node.url,
      LUCID_DATA_DIR: this.dataDir,
      LUCID_STORE: this.setting,
      LUCID_CONFIRMATIONS: String(CONFIRMATIONS),
      LUCID_LOG_LEVEL: "info",
      LUCID_BREAKER_COOLDOWN_SECONDS: "1",
      LUCID_MAX_RPC_FAILURES: "1000",
    };
  }

  /** Queues new sessions, as an operator does. */
  async queue(name: string, count: number): Promise<void> {
    const sessions = await sealedSessions(name, count);
    await queueSessions(sessions, { anchors: this.anchors, store: this.store });
    this.queued.push(...sessions.map(({ session }) => session.sessionId));
  }

  /** Records the chunks of the sessions that every node keeps: from then on there are storage challenges. */
  async recordChunks(): Promise<void> {
    for (const { session, manifest } of this.#recorded) {
      const { chunks } = manifest;
      const { proof, proofFlags } = chunkMultiproof(chunkTree(chunks), 0, chunks.length - 1);
      const gas = { gasLimit: 5_000_000 };
      await (
        await this.chain.chunkStore.storeChunkMetadata(session, [...chunks], proof, proofFlags, gas)
      ).wait();
    }
  }

  /**
   * The owner of the kept sessions signs a receipt, which the node finds and claims in the slot. Receipts for slots an
   * even number apart are for the same session.
   *
   * @param bytes @default the session's size
   * @returns what it says
   */
  async giveReceipt(claim: { readonly nodeId: string; readonly slot: number; readonly bytes?: number }) {
    const { manifest } = this.#recorded[claim.slot % this.#recorded.length] as SealedSession;
    const size = manifest.chunks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const claimed = { bytes: size, ...claim };
    const content = { sessionId: manifest.sessionId, ...claimed };
    await issueReceipt(receiptsFolder(this.dataDir), content, SAMPLE_OWNER, domainOf(this.chain));
    return claimed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dispose();
    await this.chain[Symbol.asyncDispose]();
    await rm(this.dataDir, { recursive: true });
  }
}

const domainOf = ({ addresses }: VirtualChain): PootDomain => ({
  chainId: CHAIN_ID,
  anchors: (addresses.LUCID_ANCHORS_ADDRESS as string).toLowerCase(),
});

async function sealSamples(dataDir: string): Promise<SealedSession[]> {
  await mkdir(dataDir, { recursive: true });
  const recipients = [await identityToRecipient(await generateX25519Identity())];
  const sealed: SealedSession[] = [];
  for (let count = 0; count < 2; count += 1) {
    sealed.push(
      await sealSession({
        source: SAMPLE,
        dataDir,
        owner: SAMPLE_OWNER,
        recipients,
        chunkBytes: CHUNK_BYTES,
      }),
    );
  }
  return sealed;
}

async function register(identities: readonly Identity[], members: number, chain: VirtualChain, store: Store) {
  const first = identities.length - members;
  const pool = { wallet: sampleWallet("pool"), members: identities.slice(first) };
  const registering = {
    identities: identities.slice(0, first),
    ...(members > 0 && { pool }),
    tronAddressOf: () => TRON,
  };
  await registerNodes(registering, domainOf(chain), store);
}
