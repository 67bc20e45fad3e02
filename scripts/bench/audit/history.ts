import { createHash } from "node:crypto";
import { hexlify, id, type Wallet } from "ethers";
import { pino } from "pino";
import { sampleWallet } from "../../../devnet/task-proofs.ts";
import { Admissions } from "../../../offchain/consensus/chain-view/admissions.ts";
import { SeenAttestations } from "../../../offchain/consensus/chain-view/attestations.ts";
import type { Block, ChainBlocks } from "../../../offchain/consensus/chain-view/chain-blocks.ts";
import { ConfirmedBlocks } from "../../../offchain/consensus/chain-view/confirmed-blocks.ts";
import { Corpus } from "../../../offchain/consensus/chain-view/corpus.ts";
import { HeadBlocks } from "../../../offchain/consensus/chain-view/head-block.ts";
import { RegisteredSessions } from "../../../offchain/consensus/chain-view/registered-sessions.ts";
import { SessionRoots } from "../../../offchain/consensus/chain-view/session-roots.ts";
import { ConsensusState } from "../../../offchain/consensus/node/consensus-state.ts";
import type { ChainView } from "../../../offchain/consensus/node/open-chain-view.ts";
import { blocksBefore, previousHash } from "../../../offchain/consensus/node/recent-blocks.ts";
import { signBlock } from "../../../offchain/consensus/node/sign-block.ts";
import { signRegistration } from "../../../offchain/consensus/node/sign-registration.ts";
import { signProof } from "../../../offchain/consensus/proofs/sign-proof.ts";
import type { ProofVerifier } from "../../../offchain/consensus/proofs/verify-proofs.ts";
import { candidacyOf } from "../../../offchain/consensus/rules/candidacy.ts";
import { challengedChunk, segmentSeed } from "../../../offchain/consensus/rules/proofs/storage-challenge.ts";
import { slotStart } from "../../../offchain/consensus/slot-time.ts";
import type { ProofContent } from "../../../offchain/consensus/typed-data/proof-digest.ts";
import { signMessage } from "../../../offchain/consensus/typed-data/sign-message.ts";
import { prove, publicKeyOf } from "../../../offchain/consensus/vrf.ts";
import { type Chunk, chunkLeaf, chunkProof, chunkTree } from "../../../offchain/sessions/chunk-tree.ts";
import type { MerkleTree } from "../../../offchain/sessions/merkle-tree.ts";
import { challengedSegment } from "../../../offchain/sessions/segment-challenge.ts";
import { contentRoot, segmentProof } from "../../../offchain/sessions/segment-tree.ts";
import { type Session, sessionCommitment } from "../../../offchain/sessions/session.ts";
import type { LeaderScheduleDocument, TaskProofDocument } from "../../../offchain/store/documents.ts";
import type { Store } from "../../../offchain/store/store.ts";
import { tronAddressOf } from "../../../offchain/tron-address.ts";

export const DOMAIN = { chainId: 31_337, anchors: `0x${"a1".repeat(20)}` };
const FIRST_SLOT = 576_005;
const BLOCK_SEC = 12;
const SLOT_SEC = 120;
const CONFIRMATIONS = 2;
const CHUNKS = 64;
const CHUNK_BYTES = 64 * 1024;

export interface HistoryOptions {
  readonly nodes: number;
  readonly slots: number;
  readonly proofs: {
    /** Nodes that send a beacon: without any, nobody ever leads. */
    readonly beacons: number;
    /** Whether every node validates every block, and answers its storage challenges. */
    readonly validations: boolean;
    readonly storage: boolean;
  };
}

interface Node {
  readonly wallet: Wallet;
  readonly nodeId: string;
  readonly vrfKey: Uint8Array;
}

/** A history of slots over a chain of arrays, decided and closed by the production code, with a block in every slot. */
export class AuditHistory {
  readonly store: Store;
  readonly firstSlot = FIRST_SLOT;
  readonly lastSlot: number;
  readonly #options: HistoryOptions;
  readonly #blocks: Block[] = [];
  readonly #nodes: readonly Node[];
  readonly #bytes: readonly Buffer[];
  readonly #chunks: readonly Chunk[];
  readonly #tree: MerkleTree | undefined;
  readonly #deploymentBlock: number;
  #now = 0;

  private constructor(store: Store, options: HistoryOptions) {
    this.store = store;
    this.#options = options;
    this.lastSlot = FIRST_SLOT + options.slots - 1;
    const start = slotStart(FIRST_SLOT) / 1_000;
    const end = start + (options.slots + 4) * SLOT_SEC;
    for (let time = start - 10 * SLOT_SEC; time < end; time += BLOCK_SEC) this.#addBlock(time + 1);
    this.#deploymentBlock = this.#blockIn(FIRST_SLOT);
    this.#nodes = Array.from({ length: options.nodes }, (_, number) => {
      const wallet = sampleWallet(`audited node ${number}`);
      const vrfKey = createHash("sha256").update(`audited vrf ${number}`).digest();
      return { wallet, nodeId: wallet.address.toLowerCase(), vrfKey };
    });
    const isStored = options.proofs.storage;
    this.#bytes = Array.from({ length: isStored ? CHUNKS : 0 }, (_, idx) =>
      Buffer.alloc(CHUNK_BYTES, createHash("sha256").update(`audited chunk ${idx}`).digest()),
    );
    this.#chunks = this.#bytes.map((bytes, idx) => ({
      idx,
      sizeBytes: bytes.length,
      ciphertextSha256: `0x${createHash("sha256").update(bytes).digest("hex")}`,
      contentRoot: contentRoot(bytes),
    }));
    this.#tree = this.#chunks.length === 0 ? undefined : chunkTree(this.#chunks);
    // The store stamps by this history's time, as it would have then.
    (store.engine as unknown as { readClock: () => number }).readClock = () => this.#now;
  }

  static async make(store: Store, options: HistoryOptions, verifier: ProofVerifier): Promise<AuditHistory> {
    const history = new AuditHistory(store, options);
    await history.#register();
    const logger = pino({ level: "silent" });
    const state = await ConsensusState.open({ store, chain: await history.view(store), verifier, logger });
    for (let slot = FIRST_SLOT; slot <= history.lastSlot; slot += 1) await history.#run(slot, state);
    history.#now = slotStart(history.lastSlot + 3);
    return history;
  }

  async view(store: Pick<Store, "recordedChunks" | "attestations">): Promise<ChainView> {
    const blocks: ChainBlocks = {
      latest: async () => this.#blocks.length - 1,
      block: async (number) => this.#blocks[number],
    };
    const confirmed = new ConfirmedBlocks(CONFIRMATIONS, blocks);
    const deploymentBlock = this.#deploymentBlock;
    const headBlocks = new HeadBlocks(deploymentBlock, confirmed);
    const at = (logIndex: number) => {
      const { number: blockNumber, hash: blockHash } = this.#blocks[deploymentBlock] as Block;
      return { blockNumber, blockHash, logIndex, txid: id(`${logIndex}`) };
    };
    const session = this.#session();
    const commitment = session && sessionCommitment(session);
    const sessions = session === undefined ? [] : [{ session, ...at(0) }];
    const chunks = this.#chunks.map((chunk) => ({
      commitment: commitment ?? "",
      chunk,
      ...at(1 + chunk.idx),
    }));
    const roles = this.#nodes.map(({ nodeId }, number) => {
      return { account: nodeId, isGranted: true, ...at(1_000 + number) };
    });
    const source = <Event extends { blockNumber: number }>(events: readonly Event[]) =>
      async function* ({ fromBlock, toBlock }: { fromBlock: number; toBlock: number }) {
        yield events.filter(({ blockNumber }) => blockNumber >= fromBlock && blockNumber <= toBlock);
      };
    return {
      domain: DOMAIN,
      firstSlot: FIRST_SLOT,
      deploymentBlock,
      confirmed,
      headBlocks,
      admissions: new Admissions(deploymentBlock, { confirmed, roleChanges: source(roles) }),
      corpus: await Corpus.resume(deploymentBlock, {
        confirmed,
        storedChunks: source(chunks),
        recordedChunks: store.recordedChunks,
      }),
      registeredSessions: new RegisteredSessions(deploymentBlock, {
        confirmed,
        headBlocks,
        registeredSessions: source(sessions),
      }),
      sessionRoots: new SessionRoots(deploymentBlock, { confirmed, registeredSessions: source(sessions) }),
      attestations: await SeenAttestations.resume(deploymentBlock, {
        confirmed,
        source: source([]),
        attestations: store.attestations,
      }),
    };
  }

  async #register(): Promise<void> {
    this.#now = slotStart(FIRST_SLOT - 4);
    for (const { wallet, nodeId, vrfKey } of this.#nodes) {
      const content = {
        address: nodeId,
        sequence: 1,
        kind: "node",
        action: "register",
        tronAddress: tronAddressOf(nodeId),
        vrfPublicKey: hexlify(publicKeyOf(vrfKey)),
      } as const;
      await this.store.nodes.insert(await signRegistration(wallet, DOMAIN, content));
    }
  }

  async #run(slot: number, state: ConsensusState): Promise<void> {
    const [{ wallet: closer }] = this.#nodes as readonly [Node];
    this.#now = slotStart(slot) + 100;
    await state.catchUp(closer);
    const decision = (await this.store.leaderSchedule.get(slot)) as LeaderScheduleDocument;
    const blockHash = await this.#lead(decision);
    // Nobody is admitted at the head of the slot in which the roles are granted.
    if (slot === FIRST_SLOT) return;
    const slotHash = (this.#blocks[this.#blockIn(slot) - 1] as Block).hash;
    this.#now = slotStart(slot) + 30_000;
    const { beacons, validations, storage } = this.#options.proofs;
    for (const [number, node] of this.#nodes.entries()) {
      const proofs = [
        ...(number < beacons ? [this.#beacon(node, slot, slotHash)] : []),
        ...(validations && blockHash !== undefined ? [this.#validation(node, slot, blockHash)] : []),
        ...(storage ? [0, 1, 2, 3].map((challenge) => this.#storage(node, slot, slotHash, challenge)) : []),
      ];
      await this.store.taskProofs.insertMany(await Promise.all(proofs));
    }
  }

  /** @returns the hash of the slot's block */
  async #lead(decision: LeaderScheduleDocument): Promise<string | undefined> {
    const { slot, primary } = decision;
    if (primary === undefined) return undefined;
    const { wallet, nodeId, vrfKey } = this.#nodes.find((node) => node.nodeId === primary) as Node;
    const candidacy = candidacyOf(decision, primary);
    if (candidacy === undefined) return undefined;
    const { reason, window } = candidacy;
    this.#now = window.from + 200;
    await this.store.leaderSchedule.take(slot, { winner: primary, reason, window });
    const record = {
      slot,
      previous: previousHash(await blocksBefore(this.store, slot)),
      winner: primary,
      reason,
      transcriptHash: decision.transcriptHash,
      sessions: [],
    };
    const identity = { nodeId, wallet, vrfSecretKey: vrfKey, vrfPublicKey: "" };
    const block = await signBlock(record, identity, DOMAIN);
    const until = slotStart(slot) + 60_000;
    await this.store.leaderSchedule.addBlock(slot, {
      winner: primary,
      block,
      window: { from: slotStart(slot), until },
    });
    return block.hash;
  }

  #beacon(node: Node, slot: number, slotHash: string) {
    const vrfProof = hexlify(prove(node.vrfKey, Buffer.from(slotHash.slice(2), "hex")));
    return this.#signed(node, slot, "uptime_beacon", { vrfProof });
  }

  async #validation(node: Node, slot: number, blockHash: string) {
    const named = { name: "BlockValidation", message: { slot, blockHash } } as const;
    const signature = await signMessage(node.wallet, DOMAIN, named);
    return await this.#signed(node, slot, "validation_signature", { slot, blockHash, signature });
  }

  #storage(node: Node, slot: number, slotHash: string, challenge: number) {
    const chunk = this.#chunks[challengedChunk(slotHash, node.nodeId, challenge, CHUNKS)] as Chunk;
    const seed = segmentSeed(slotHash, slot, challenge);
    const segmentIndex = challengedSegment(seed, chunkLeaf(chunk), node.nodeId, chunk.sizeBytes);
    const { segment, path } = segmentProof(this.#bytes[chunk.idx] as Buffer, segmentIndex);
    const commitment = sessionCommitment(this.#session() as Session);
    return this.#signed(node, slot, "storage_availability", {
      ...{ challenge, commitment, chunk, chunkProof: chunkProof(this.#tree as MerkleTree, chunk.idx) },
      ...{ segmentIndex, segment, segmentProof: path },
    });
  }

  #signed<Type extends TaskProofDocument["type"]>(
    { wallet, nodeId }: Node,
    slot: number,
    type: Type,
    value: Extract<TaskProofDocument, { type: Type }>["value"],
  ) {
    return signProof(wallet, DOMAIN, { nodeId, slot, type, value } as unknown as ProofContent);
  }

  /** The one session of the corpus. */
  #session(): Session | undefined {
    if (this.#tree === undefined) return undefined;
    return {
      sessionId: `0x${"ab".repeat(6)}4${"a".repeat(3)}8${"a".repeat(15)}${"00".repeat(16)}`,
      manifestHash: id("audited manifest"),
      startedAt: 1_700_000_000,
      owner: sampleWallet("audited owner").address,
      merkleRoot: this.#tree.root,
      chunkCount: this.#chunks.length,
    };
  }

  #blockIn(slot: number): number {
    return this.#blocks.findIndex(({ timestamp }) => timestamp * 1_000 >= slotStart(slot));
  }

  #addBlock(timestamp: number): void {
    const number = this.#blocks.length;
    const parentHash = this.#blocks.at(-1)?.hash ?? id("nothing");
    this.#blocks.push({ number, hash: id(`${parentHash} ${timestamp}`), parentHash, timestamp });
  }
}
