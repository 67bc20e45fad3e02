import {
  type BaseContract,
  ContractFactory,
  type ContractTransactionResponse,
  id,
  NonceManager,
  toBeHex,
  Wallet,
} from "ethers";
import { localKey } from "../../devnet/anvil.ts";
import { AccessControlClient } from "../../offchain/contracts/access-control.ts";
import { LucidChunkStoreClient } from "../../offchain/contracts/lucid-chunk-store/client.ts";
import { ROLES } from "../../offchain/contracts/registry.ts";
import { type Chunk, chunkMultiproof, chunkTree } from "../../offchain/sessions/chunk-tree.ts";
import { type Session, sessionFields } from "../../offchain/sessions/session.ts";
import {
  type LucidAnchors,
  LucidAnchors__factory,
  type LucidChunkStore,
  LucidChunkStore__factory,
} from "../../typechain-types/index.ts";
import { EvmChain, type EvmProcess } from "./evm-chain.ts";

/** A session with its chunks, which no other call has named. */
export interface SampleSession {
  readonly session: Session;
  readonly chunks: readonly Chunk[];
}

/** anvil with both contracts; one account is admin, registrar and uploader, and signs what a test tells it to. */
export class ConsensusChain implements AsyncDisposable {
  readonly evm: EvmChain;
  readonly anchors: LucidAnchors;
  readonly chunkStore: LucidChunkStore;
  #sessions = 0;

  private constructor(evm: EvmChain, anchors: LucidAnchors, chunkStore: LucidChunkStore) {
    this.evm = evm;
    this.anchors = anchors;
    this.chunkStore = chunkStore;
  }

  static async start(): Promise<ConsensusChain> {
    const evm = await EvmChain.start();
    try {
      const wallet = new Wallet(localKey(0), evm.direct);
      const admin = new NonceManager(wallet);
      const { abi, bytecode } = LucidChunkStore__factory;
      const deployed: BaseContract = await new ContractFactory(abi, bytecode, admin).deploy(
        evm.anchorsAddress,
        wallet.address,
      );
      const chunkStore = LucidChunkStore__factory.connect(await deployed.getAddress(), admin);
      await (await chunkStore.grantRole(ROLES.UPLOADER, wallet.address)).wait();
      return new ConsensusChain(evm, LucidAnchors__factory.connect(evm.anchorsAddress, admin), chunkStore);
    } catch (error) {
      await evm[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The clients that a process has for both contracts. */
  async clients({ evm }: Pick<EvmProcess, "evm">) {
    const location = { address: this.evm.anchorsAddress, deploymentBlock: 0 };
    const chunkStoreAt = { address: await this.chunkStore.getAddress(), deploymentBlock: 0 };
    return {
      administration: new AccessControlClient("LucidAnchors", location, { evm }),
      chunkStore: new LucidChunkStoreClient(chunkStoreAt, { evm }),
    };
  }

  sample(chunkCount: number): SampleSession {
    this.#sessions += 1;
    const name = `session ${this.#sessions}`;
    const chunks = Array.from({ length: chunkCount }, (_, idx) => ({
      idx,
      sizeBytes: 1_000 * this.#sessions + idx,
      ciphertextSha256: id(`${name} ciphertext ${idx}`),
      contentRoot: id(`${name} content ${idx}`),
    }));
    const session = {
      sessionId: `${id(name).slice(0, 34)}${"00".repeat(16)}`,
      manifestHash: id(`${name} manifest`),
      startedAt: 1_767_225_600,
      owner: new Wallet(localKey(2)).address,
      merkleRoot: chunkTree(chunks).root,
      chunkCount,
    };
    return { session, chunks };
  }

  register(session: Session): Promise<ContractTransactionResponse> {
    return this.anchors.registerSession(...sessionFields(session));
  }

  /** Records chunks from one idx to before another. */
  record(
    { session, chunks }: SampleSession,
    from: number,
    below: number,
  ): Promise<ContractTransactionResponse> {
    const { proof, proofFlags } = chunkMultiproof(chunkTree(chunks), from, below - 1);
    return this.chunkStore.storeChunkMetadata(session, chunks.slice(from, below), proof, proofFlags, {
      gasLimit: 3_000_000,
    });
  }

  /** What is sent meanwhile gets into one block. */
  async inOneBlock(send: () => Promise<unknown>): Promise<number> {
    await this.evm.holdBlocks();
    await send();
    await this.evm.mine();
    await this.evm.control("evm_setAutomine", true);
    return await this.evm.direct.getBlockNumber();
  }

  /** Makes empty blocks, the first of them at a time in Unix seconds. */
  async mineAt(time: number, blocks = 1): Promise<void> {
    await this.evm.control("evm_setNextBlockTimestamp", time);
    await this.evm.control("anvil_mine", toBeHex(blocks));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.evm[Symbol.asyncDispose]();
  }
}
