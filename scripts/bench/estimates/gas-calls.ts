import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import {
  type ContractTransactionResponse,
  getAddress,
  JsonRpcProvider,
  keccak256,
  NonceManager,
  type Signer,
  Wallet,
} from "ethers";
import hre, { network } from "hardhat";
import { type LocalChain, localKey } from "../../../devnet/anvil.ts";
import { callCodec } from "../../../offchain/contracts/call-codec.ts";
import type { ChainProvider } from "../../../offchain/evm/chain-provider.ts";
import type { EstimateRequest } from "../../../offchain/evm/gas/gas-estimate.ts";
import { type Chunk, chunkLeaf } from "../../../offchain/sessions/chunk-tree.ts";
import { challengedSegment } from "../../../offchain/sessions/segment-challenge.ts";
import { contentRoot, segmentProof } from "../../../offchain/sessions/segment-tree.ts";
import {
  type Session,
  sessionCommitment,
  sessionFields,
  sessionLeaf,
} from "../../../offchain/sessions/session.ts";
import {
  type LucidAnchors,
  LucidAnchors__factory,
  type LucidCheckpoints,
  LucidCheckpoints__factory,
  type LucidChunkStore,
  LucidChunkStore__factory,
} from "../../../typechain-types/index.ts";
import type { Random } from "./random.ts";

/** Chunks of the sessions that chunks are recorded of; 20 status words. */
const SESSION_CHUNKS = 1_280;
/** Numbers of `ChunkStatus` that follow on Stored. */
const AFTER_STORED = [2, 3, 4];
const CHALLENGE_INTERVAL_BLOCKS = 64;
const SEGMENT_BYTES = 1_024;
const POLL_MS = 20;
const STARTED_AT = 1_767_225_600;
/** A day of 2026, counted from 2024-01-01. */
const FIRST_EPOCH = 800;

/** A chain with all contracts on it, an account that has every role, and another one that may attest. */
export interface GasChain {
  /** E.g. `anvil cancun`. */
  readonly name: string;
  readonly anchors: LucidAnchors;
  readonly store: LucidChunkStore;
  /** For the other attester's calls. */
  readonly othersCheckpoints: LucidCheckpoints;
  readonly signer: Signer & { readonly address: string };
  readonly provider: ChainProvider;
  close(): Promise<void>;
}

/**
 * Block hashes choose the challenged segments, and so move the measured gas of proveStorage a little. From a fixed start
 * they are the same on each run, unless the machine is so busy that a block takes longer than a second.
 */
const INITIAL_DATE = "2026-01-01T00:00:00Z";

/** Such a chain in this process. */
export async function startGasChain(hardfork?: "cancun"): Promise<GasChain> {
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  const connection = await network.create(
    hardfork === undefined
      ? "default"
      : { network: "default", override: { hardfork, initialDate: INITIAL_DATE } },
  );
  const { ethers, networkConfig } = connection;
  const [signer, other] = await ethers.getSigners();
  if (signer === undefined || other === undefined) throw new Error("the in-process chain has no accounts");
  const provider = ethers.provider as unknown as ChainProvider;
  const fork = networkConfig.type === "edr-simulated" ? networkConfig.hardfork : "unknown";
  const close = () => connection.close();
  return { name: `in-process ${fork}`, signer, provider, close, ...(await deployAll(signer, other)) };
}

/** Such a chain on a node of another process. */
export async function startGasChainOn(node: LocalChain, name: string): Promise<GasChain> {
  const provider = new JsonRpcProvider(node.url, undefined, {
    staticNetwork: true,
    cacheTimeout: -1,
    pollingInterval: POLL_MS,
  });
  const [signer, other] = [signerOf(localKey(0), provider), signerOf(localKey(1), provider)];
  const close = async () => {
    provider.destroy();
    await node[Symbol.asyncDispose]();
  };
  return { name, signer, provider, close, ...(await deployAll(signer, other)) };
}

function signerOf(key: string, provider: JsonRpcProvider): GasChain["signer"] {
  const wallet = new Wallet(key, provider);
  return Object.assign(new NonceManager(wallet), { address: wallet.address });
}

async function deployAll(signer: GasChain["signer"], other: GasChain["signer"]) {
  const anchors = await new LucidAnchors__factory(signer).deploy(signer.address);
  await anchors.waitForDeployment();
  const store = await new LucidChunkStore__factory(signer).deploy(await anchors.getAddress(), signer.address);
  await store.waitForDeployment();
  const checkpoints = await new LucidCheckpoints__factory(signer).deploy(await anchors.getAddress());
  await checkpoints.waitForDeployment();
  for (const { address } of [signer, other]) {
    await mined(anchors.grantRole(await anchors.REGISTRAR_ROLE(), address));
  }
  await mined(store.grantRole(await store.UPLOADER_ROLE(), signer.address));
  return { anchors, store, othersCheckpoints: checkpoints.connect(other) };
}

async function mined(sent: Promise<ContractTransactionResponse>): Promise<void> {
  await (await sent).wait();
}

/** Sizes that a call may have; each function takes the one that it grows with. */
export interface CallSize {
  readonly count: number;
  readonly proof: number;
  /** Whether chunks are consecutive, as they are recorded, or scattered. */
  readonly isRun: boolean;
}

/** Makes calls of every function that writes, of any size, on state that no call before has touched. */
export class GasCalls {
  readonly #chain: GasChain;
  readonly #random: Random;
  readonly #chunks: readonly Chunk[];
  /** The library's: calls that name chunks which are not in a row need multiproofs of any leaves. */
  readonly #tree: SimpleMerkleTree;
  /** An attester attests one root of each epoch. */
  #epoch = FIRST_EPOCH;

  constructor(chain: GasChain, random: Random) {
    this.#chain = chain;
    this.#random = random;
    this.#chunks = Array.from({ length: SESSION_CHUNKS }, (_, idx) => this.#chunk(idx));
    this.#tree = SimpleMerkleTree.of(this.#chunks.map(chunkLeaf), { sortLeaves: false });
  }

  /** By the name of the action, in the order of the contracts. */
  readonly makers: Readonly<Record<string, (size: CallSize) => Promise<EstimateRequest>>> = {
    "LucidAnchors.registerSession": () => this.#anchors("registerSession", sessionFields(this.#session())),
    "LucidAnchors.registerSessions": ({ count }) => {
      const sessions = Array.from({ length: count }, () => this.#session());
      return this.#anchors("registerSessions", [sessions]);
    },
    "LucidAnchors.registerSessionTree": ({ count }) =>
      this.#anchors("registerSessionTree", [this.#random.hash(), count]),
    "LucidAnchors.promoteSession": async ({ proof: depth }) => {
      const session = this.#session();
      const { root, proof } = this.#branch(sessionLeaf(session), depth);
      await mined(this.#chain.anchors.registerSessionTree(root, 2 ** 20));
      return await this.#anchors("promoteSession", [root, session, proof]);
    },
    "LucidChunkStore.storeChunkMetadata": async (size) => {
      const session = await this.#registered();
      return await this.#store("storeChunkMetadata", this.#multiproof(session, this.#choose(size)));
    },
    "LucidChunkStore.updateChunkStatus": async (size) => {
      const session = await this.#registered();
      const idx = this.#choose(size);
      const { anchors: _, store } = this.#chain;
      await mined(store.getFunction("storeChunkMetadata")(...this.#multiproof(session, idx)));
      return await this.#store("updateChunkStatus", [
        sessionCommitment(session),
        idx,
        this.#random.pick(AFTER_STORED),
      ]);
    },
    "LucidChunkStore.proveStorage": (size) => this.#proveStorage(size),
    "LucidCheckpoints.attestEpoch": () => this.#checkpoints("attestEpoch", this.#attestation()),
    "LucidAnchors.grantRole": async () =>
      this.#anchors("grantRole", [await this.#chain.anchors.REGISTRAR_ROLE(), this.#address()]),
    "LucidAnchors.revokeRole": async () => {
      const role = await this.#chain.anchors.REGISTRAR_ROLE();
      const account = this.#address();
      await mined(this.#chain.anchors.grantRole(role, account));
      return await this.#anchors("revokeRole", [role, account]);
    },
    "LucidChunkStore.pause": async () => {
      if (await this.#chain.store.paused()) await mined(this.#chain.store.unpause());
      return await this.#store("pause", []);
    },
    "LucidChunkStore.unpause": async () => {
      if (!(await this.#chain.store.paused())) await mined(this.#chain.store.pause());
      return await this.#store("unpause", []);
    },
  };

  /** The same functions where some of what they bring is registered or recorded already. */
  readonly onUsedState: GasCalls["makers"] = {
    "LucidAnchors.registerSessions": async ({ count }) => {
      const sessions = Array.from({ length: count }, () => this.#session());
      await mined(this.#chain.anchors.registerSessions(sessions.slice(0, Math.ceil(count / 2))));
      return await this.#anchors("registerSessions", [sessions]);
    },
    "LucidChunkStore.storeChunkMetadata": async (size) => {
      const session = await this.#registered();
      const before = this.#multiproof(session, this.#choose(size));
      await mined(this.#chain.store.getFunction("storeChunkMetadata")(...before));
      return await this.#store("storeChunkMetadata", this.#multiproof(session, this.#choose(size)));
    },
    "LucidCheckpoints.attestEpoch": async () => {
      const attestation = this.#attestation();
      await mined(this.#chain.othersCheckpoints.attestEpoch(...attestation));
      return await this.#checkpoints("attestEpoch", attestation);
    },
  };

  async #proveStorage({ count, proof: depth }: CallSize): Promise<EstimateRequest> {
    const { provider, signer } = this.#chain;
    const content = this.#random.bytes(
      Math.max(1, count * SEGMENT_BYTES - this.#random.whole(0, SEGMENT_BYTES - 1)),
    );
    const chunk = { ...this.#chunk(0), sizeBytes: content.length, contentRoot: contentRoot(content) };
    const { root, proof } = this.#branch(chunkLeaf(chunk), depth);
    const session = await this.#registered(root);
    const head = await provider.getBlockNumber();
    // Open in the next block, and also where a call is tried as part of the latest one.
    const challengeBlock = head - 1 - ((head - 1) % CHALLENGE_INTERVAL_BLOCKS);
    const block = await provider.getBlock(challengeBlock);
    const index = challengedSegment(block?.hash as string, chunkLeaf(chunk), signer.address, content.length);
    const { segment, path } = segmentProof(content, index);
    return await this.#store("proveStorage", [session, chunk, proof, index, segment, path, challengeBlock]);
  }

  async #registered(merkleRoot = this.#tree.root): Promise<Session> {
    const session = { ...this.#session(), merkleRoot, chunkCount: SESSION_CHUNKS };
    await mined(this.#chain.anchors.registerSessions([session]));
    return session;
  }

  #multiproof(session: Session, idx: readonly number[]): [Session, Chunk[], string[], boolean[]] {
    const { proof, proofFlags } = this.#tree.getMultiProof([...idx]);
    return [session, idx.map((each) => this.#chunks[each] as Chunk), proof, proofFlags];
  }

  #choose({ count, isRun }: CallSize): number[] {
    if (isRun) {
      const from = this.#random.whole(0, SESSION_CHUNKS - count);
      return Array.from({ length: count }, (_, i) => from + i);
    }
    const chosen = new Set<number>();
    while (chosen.size < count) chosen.add(this.#random.whole(0, SESSION_CHUNKS - 1));
    return [...chosen].sort((a, b) => a - b);
  }

  /** Random siblings, and the root that they lead to. */
  #branch(leaf: string, depth: number) {
    const proof = Array.from({ length: depth }, () => this.#random.hash());
    const pair = (a: string, b: string) => keccak256(a < b ? a + b.slice(2) : b + a.slice(2));
    return { proof, root: proof.reduce(pair, leaf) };
  }

  #session(): Session {
    return {
      sessionId: `0x${this.#random.bytes(16).toString("hex")}${"00".repeat(16)}`,
      manifestHash: this.#random.hash(),
      startedAt: STARTED_AT + this.#random.whole(0, 2 ** 24),
      owner: this.#address(),
      merkleRoot: this.#random.hash(),
      chunkCount: this.#random.whole(1, 2 ** 20),
    };
  }

  #attestation(): [epoch: number, root: string] {
    return [this.#epoch++, this.#random.hash()];
  }

  #chunk(idx: number): Chunk {
    const sizeBytes = this.#random.whole(1, 2 ** 24);
    return { idx, sizeBytes, ciphertextSha256: this.#random.hash(), contentRoot: this.#random.hash() };
  }

  #address(): string {
    return getAddress(`0x${this.#random.bytes(20).toString("hex")}`);
  }

  #anchors(method: string, args: readonly unknown[]): Promise<EstimateRequest> {
    const { anchors } = this.#chain;
    const data = anchors.interface.encodeFunctionData(method as "registerSession", args as never);
    return this.#request(`LucidAnchors.${method}`, String(anchors.target), data);
  }

  #store(method: string, args: readonly unknown[]): Promise<EstimateRequest> {
    const { store } = this.#chain;
    const data = store.interface.encodeFunctionData(method as "updateChunkStatus", args as never);
    return this.#request(`LucidChunkStore.${method}`, String(store.target), data);
  }

  #checkpoints(method: string, args: readonly unknown[]): Promise<EstimateRequest> {
    const { othersCheckpoints: checkpoints } = this.#chain;
    const data = checkpoints.interface.encodeFunctionData(method as "attestEpoch", args as never);
    return this.#request(`LucidCheckpoints.${method}`, String(checkpoints.target), data);
  }

  #request(action: string, to: string, data: string): Promise<EstimateRequest> {
    const from = this.#chain.signer.address;
    return Promise.resolve({ action, from, to, data, items: callCodec.countItems(action, data) });
  }
}
