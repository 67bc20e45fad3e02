import { createHash } from "node:crypto";
import { id, Wallet } from "ethers";
import { pino } from "pino";
import { Admissions } from "../../offchain/consensus/chain-view/admissions.ts";
import { SeenAttestations } from "../../offchain/consensus/chain-view/attestations.ts";
import { ConfirmedBlocks } from "../../offchain/consensus/chain-view/confirmed-blocks.ts";
import { Corpus } from "../../offchain/consensus/chain-view/corpus.ts";
import type { EventPlace } from "../../offchain/consensus/chain-view/event-cursor.ts";
import { HeadBlocks } from "../../offchain/consensus/chain-view/head-block.ts";
import { RegisteredSessions } from "../../offchain/consensus/chain-view/registered-sessions.ts";
import { SessionRoots } from "../../offchain/consensus/chain-view/session-roots.ts";
import { ConsensusState } from "../../offchain/consensus/node/consensus-state.ts";
import type { ChainView } from "../../offchain/consensus/node/open-chain-view.ts";
import { registrationMessage } from "../../offchain/consensus/node/registration-message.ts";
import { signProof } from "../../offchain/consensus/proofs/sign-proof.ts";
import { ProofVerifier } from "../../offchain/consensus/proofs/verify-proofs.ts";
import { challengedChunk, segmentSeed } from "../../offchain/consensus/rules/proofs/storage-challenge.ts";
import { slotStart } from "../../offchain/consensus/slot-time.ts";
import { MessageHasher } from "../../offchain/consensus/typed-data/message-hasher.ts";
import type { ProofContent } from "../../offchain/consensus/typed-data/proof-digest.ts";
import { signMessage } from "../../offchain/consensus/typed-data/sign-message.ts";
import { prove, publicKeyOf } from "../../offchain/consensus/vrf.ts";
import type { RoleChange } from "../../offchain/contracts/access-control.ts";
import type { RegisteredSession } from "../../offchain/contracts/lucid-anchors/reader.ts";
import type { StoredChunk } from "../../offchain/contracts/lucid-chunk-store/client.ts";
import { chunkLeaf, chunkProof, chunkTree } from "../../offchain/sessions/chunk-tree.ts";
import { challengedSegment } from "../../offchain/sessions/segment-challenge.ts";
import { contentRoot, segmentProof } from "../../offchain/sessions/segment-tree.ts";
import { type Session, sessionCommitment } from "../../offchain/sessions/session.ts";
import { sessionIdFromBytes32 } from "../../offchain/sessions/session-id.ts";
import type { NewNodeRecord, NodeDocument, TaskProofDocument } from "../../offchain/store/documents.ts";
import { openStore } from "../../offchain/store/open-store.ts";
import type { Store } from "../../offchain/store/store.ts";
import { ArrayChain } from "./array-chain.ts";

const DOMAIN = { chainId: 31_337, anchors: `0x${"a1".repeat(20)}` };
const CONFIRMATIONS = 2;
const BLOCK_SEC = 30;
const SLOT_SEC = 120;
const TRON_ADDRESS = "TG3XXyExBkPp9nzdajDZsozEu4BkaSJozs";

export interface WorldNode {
  readonly wallet: Wallet;
  readonly nodeId: string;
  readonly vrfKey: Uint8Array;
  readonly poolId?: string;
}

export interface WorldSession {
  readonly session: Session;
  readonly chunks: readonly Buffer[];
}

export const worldWallet = (name: string) => new Wallet(id(`key of ${name}`));

/** Closes, settles and decides slots, in order, up to one that is decided. */
export async function runTo(state: ConsensusState, last: number, closer: Wallet): Promise<void> {
  for (let slot = state.nextToDecide; slot <= last; slot += 1) {
    while (state.nextToClose <= slot - 2) await state.closeSlot(state.nextToClose, closer);
    if (slot > state.firstSlot) await state.settleSlot(slot - 1);
    await state.decideSlot(slot);
  }
}

/**
 * A chain of arrays, one block every 30 s, and a store, in which a test lets nodes work in slots of the past: proofs and
 * registrations carry the stamps that it wants. The chain is deployed at the beginning of `firstSlot`.
 */
export class ConsensusWorld implements AsyncDisposable {
  readonly firstSlot: number;
  readonly store: Store;
  readonly chain = new ArrayChain();
  readonly owner = worldWallet("owner");
  readonly log: Record<string, unknown>[] = [];
  readonly #verifier = new ProofVerifier({
    domain: DOMAIN,
    vrfModule: import.meta.resolve("../../offchain/consensus/vrf.ts"),
    threads: 1,
  });
  readonly #deploymentBlock: number;
  readonly #roles: RoleChange[] = [];
  readonly #sessions: RegisteredSession[] = [];
  readonly #chunks: StoredChunk[] = [];
  readonly #contents = new Map<string, WorldSession>();

  private constructor(store: Store, firstSlot: number, slots: number) {
    this.store = store;
    this.firstSlot = firstSlot;
    const start = slotStart(firstSlot) / 1_000;
    for (let time = start - 10 * SLOT_SEC; time < start + slots * SLOT_SEC; time += BLOCK_SEC) {
      this.chain.add(time + 1);
    }
    this.#deploymentBlock = this.blockIn(firstSlot);
  }

  /** @param slots for which there are blocks */
  static async open(firstSlot: number, slots: number, setting = "memory:"): Promise<ConsensusWorld> {
    return new ConsensusWorld(await openStore({ setting }), firstSlot, slots);
  }

  /** Number of the first block in a slot. */
  blockIn(slot: number): number {
    return this.chain.blocks.findIndex(({ timestamp }) => timestamp * 1_000 >= slotStart(slot));
  }

  slotHash(slot: number): string {
    return this.chain.blocks[this.blockIn(slot) - 1]?.hash ?? "";
  }

  /** A node with its registration and its role, both from the first slot on. */
  async addNode(name: string, pool?: Wallet): Promise<WorldNode> {
    const wallet = worldWallet(name);
    const vrfKey = createHash("sha256").update(name).digest();
    const nodeId = wallet.address.toLowerCase();
    const poolId = pool === undefined ? {} : { poolId: pool.address.toLowerCase() };
    const vrfPublicKey = `0x${Buffer.from(publicKeyOf(vrfKey)).toString("hex")}`;
    const content = { sequence: 1, kind: "node", action: "register", vrfPublicKey, ...poolId } as const;
    await this.register(wallet, content, this.firstSlot, pool);
    this.setAdmitted(nodeId, true, this.firstSlot);
    return { wallet, nodeId, vrfKey, ...poolId };
  }

  async addPool(name: string): Promise<Wallet> {
    const pool = worldWallet(name);
    await this.register(pool, { sequence: 1, kind: "pool", action: "register" }, this.firstSlot);
    return pool;
  }

  /** Stores a signed registration record that was stamped in a slot. */
  async register(
    account: Wallet,
    content: Omit<NewNodeRecord, "_id" | "sig" | "poolSig" | "address" | "tronAddress">,
    slot: number,
    pool?: Wallet,
  ): Promise<void> {
    const record = { ...content, address: account.address.toLowerCase(), tronAddress: TRON_ADDRESS };
    const message = registrationMessage(record);
    const named = { name: "NodeRecord", message } as const;
    const _id = `0x${Buffer.from(new MessageHasher(DOMAIN).digest(named)).toString("hex")}`;
    const sig = await signMessage(account, DOMAIN, named);
    const poolSig = pool && (await signMessage(pool, DOMAIN, { name: "PoolCountersignature", message }));
    const document: NodeDocument = {
      ...record,
      _id,
      sig,
      ts: slotStart(slot) + 1,
      ...(poolSig && { poolSig }),
    };
    await this.store.nodes.restore([document]);
  }

  setAdmitted(account: string, isGranted: boolean, slot: number): void {
    this.#roles.push({ account, isGranted, ...this.#position(slot) });
  }

  /** Registers a session and records its chunks, in the first block of a slot. */
  addSession(name: string, chunkCount: number, chunkBytes: number, slot: number): WorldSession {
    const chunks = Array.from({ length: chunkCount }, (_, idx) =>
      Buffer.alloc(chunkBytes, createHash("sha256").update(`${name} ${idx}`).digest()),
    );
    const recorded = chunks.map((bytes, idx) => ({
      idx,
      sizeBytes: bytes.length,
      ciphertextSha256: `0x${createHash("sha256").update(bytes).digest("hex")}`,
      contentRoot: contentRoot(bytes),
    }));
    const session = {
      sessionId: `0x${id(name).slice(2, 14)}4${id(name).slice(15, 18)}8${id(name).slice(19, 34)}${"00".repeat(16)}`,
      manifestHash: id(`${name} manifest`),
      startedAt: 1_700_000_000,
      owner: this.owner.address,
      merkleRoot: chunkTree(recorded).root,
      chunkCount,
    };
    this.#sessions.push({ session, ...this.#position(slot) });
    const commitment = sessionCommitment(session);
    for (const chunk of recorded) this.#chunks.push({ commitment, chunk, ...this.#position(slot) });
    const world = { session, chunks };
    this.#contents.set(commitment, world);
    return world;
  }

  /** A node's process: it has read nothing yet. */
  async openState(store = this.store): Promise<ConsensusState> {
    const logger = pino({ base: null }, { write: (line: string) => void this.log.push(JSON.parse(line)) });
    return await ConsensusState.open({
      store,
      chain: await this.view(),
      verifier: this.#verifier,
      logger,
    });
  }

  async view(): Promise<ChainView> {
    const confirmed = new ConfirmedBlocks(CONFIRMATIONS, this.chain);
    const deploymentBlock = this.#deploymentBlock;
    const headBlocks = new HeadBlocks(deploymentBlock, confirmed);
    const registeredSessions = sourceOf(this.#sessions);
    return {
      domain: DOMAIN,
      firstSlot: this.firstSlot,
      deploymentBlock,
      confirmed,
      headBlocks,
      admissions: new Admissions(deploymentBlock, { confirmed, roleChanges: sourceOf(this.#roles) }),
      corpus: await Corpus.resume(deploymentBlock, {
        confirmed,
        storedChunks: sourceOf(this.#chunks),
        recordedChunks: this.store.recordedChunks,
      }),
      registeredSessions: new RegisteredSessions(deploymentBlock, {
        confirmed,
        headBlocks,
        registeredSessions,
      }),
      sessionRoots: new SessionRoots(deploymentBlock, { confirmed, registeredSessions }),
      attestations: await SeenAttestations.resume(deploymentBlock, {
        confirmed,
        source: sourceOf([]),
        attestations: this.store.attestations,
      }),
    };
  }

  beacon(node: WorldNode, slot: number): Promise<TaskProofDocument> {
    const vrfProof = prove(node.vrfKey, Buffer.from(this.slotHash(slot).slice(2), "hex"));
    const value = { vrfProof: `0x${Buffer.from(vrfProof).toString("hex")}` };
    return this.#signed(node, slot, { type: "uptime_beacon", value });
  }

  /** The answer to a storage challenge. */
  storage(node: WorldNode, slot: number, challenge: number): Promise<TaskProofDocument> {
    const slotHash = this.slotHash(slot);
    const head = this.blockIn(slot) - 1;
    const corpus = this.#chunks.filter(({ blockNumber }) => blockNumber <= head);
    const recorded = corpus[challengedChunk(slotHash, node.nodeId, challenge, corpus.length)] as StoredChunk;
    const { chunk, commitment } = recorded;
    const all = this.#chunks.filter((one) => one.commitment === commitment).map((one) => one.chunk);
    const seed = segmentSeed(slotHash, slot, challenge);
    const segmentIndex = challengedSegment(seed, chunkLeaf(chunk), node.nodeId, chunk.sizeBytes);
    const bytes = this.#contents.get(commitment)?.chunks[chunk.idx] as Buffer;
    const { segment, path } = segmentProof(bytes, segmentIndex);
    const proof = chunkProof(chunkTree(all), chunk.idx);
    return this.#signed(node, slot, {
      type: "storage_availability",
      value: { challenge, commitment, chunk, chunkProof: proof, segmentIndex, segment, segmentProof: path },
    });
  }

  async relay(
    node: WorldNode,
    slot: number,
    { session }: WorldSession,
    bytes: number,
  ): Promise<TaskProofDocument> {
    const message = { sessionId: session.sessionId, nodeId: node.nodeId, slot, bytes };
    const receipt = await signMessage(this.owner, DOMAIN, { name: "RelayReceipt", message });
    const sessionId = sessionIdFromBytes32(session.sessionId);
    return await this.#signed(node, slot, { type: "relay_bandwidth", value: { sessionId, bytes, receipt } });
  }

  /** Stores proofs as they are stamped. */
  async put(...proofs: readonly (TaskProofDocument | Promise<TaskProofDocument>)[]): Promise<void> {
    await this.store.taskProofs.restore(await Promise.all(proofs));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#verifier.close();
    await this.store.close();
  }

  async #signed(
    { wallet, nodeId, poolId }: WorldNode,
    slot: number,
    typed: Pick<ProofContent, "type" | "value">,
  ): Promise<TaskProofDocument> {
    const content = { nodeId, slot, ...(poolId && { poolId }), ...typed } as ProofContent;
    const proof = await signProof(wallet, DOMAIN, content);
    return { ...proof, ts: slotStart(slot) + 1_000 } as TaskProofDocument;
  }

  #position(slot: number) {
    const blockNumber = this.blockIn(slot);
    const events = [...this.#roles, ...this.#sessions, ...this.#chunks];
    return {
      blockNumber,
      blockHash: this.chain.blocks[blockNumber]?.hash ?? "",
      logIndex: events.length,
      txid: id(`${events.length}`),
    };
  }
}

const sourceOf = <Event extends EventPlace>(events: readonly Event[]) =>
  async function* ({ fromBlock, toBlock }: { fromBlock: number; toBlock: number }) {
    yield events.filter(({ blockNumber }) => blockNumber >= fromBlock && blockNumber <= toBlock);
  };
