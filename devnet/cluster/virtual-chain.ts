import {
  type BaseContract,
  ContractFactory,
  type InterfaceAbi,
  JsonRpcProvider,
  NonceManager,
  toBeHex,
  Wallet,
} from "ethers";
import { machineClock } from "../../offchain/consensus/node/clock.ts";
import { slotStart } from "../../offchain/consensus/slot-time.ts";
import { ROLES } from "../../offchain/contracts/registry.ts";
import {
  LucidAnchors__factory,
  LucidCheckpoints__factory,
  LucidChunkStore__factory,
} from "../../typechain-types/index.ts";
import { type LocalChain, localKey, startAnvil } from "../anvil.ts";
import { type TimeScale, toVirtual } from "./scaled-clock.ts";

const MS = 1_000;
/** Enough for everything that a node sends. */
const BALANCE = 10n ** 20n;

/** anvil with the contracts, whose blocks are made by the test: one after the other, with virtual times. */
export class VirtualChain implements AsyncDisposable {
  readonly node: LocalChain;
  readonly direct: JsonRpcProvider;
  readonly admin: NonceManager;
  readonly addresses: Readonly<Record<string, string>>;
  #scale: TimeScale | undefined;
  #mining: Promise<void> = Promise.resolve();
  #latest = 0;
  readonly #ended = new AbortController();

  private constructor(
    node: LocalChain,
    direct: JsonRpcProvider,
    admin: NonceManager,
    addresses: Readonly<Record<string, string>>,
  ) {
    this.node = node;
    this.direct = direct;
    this.admin = admin;
    this.addresses = addresses;
  }

  /** Starts it in a slot and deploys there. Its blocks come with their transactions until time is scaled. */
  static async start(slot: number): Promise<VirtualChain> {
    const node = await startAnvil({ extra: ["--timestamp", String(slotStart(slot) / MS)] });
    try {
      const direct = new JsonRpcProvider(node.url, undefined, {
        staticNetwork: true,
        cacheTimeout: -1,
        pollingInterval: 50,
      });
      const admin = new NonceManager(new Wallet(localKey(0), direct));
      const { address } = new Wallet(localKey(0));
      const anchors = await deploy(LucidAnchors__factory, admin, address);
      const chunkStore = await deploy(LucidChunkStore__factory, admin, anchors, address);
      const checkpoints = await deploy(LucidCheckpoints__factory, admin, anchors);
      const chain = new VirtualChain(node, direct, admin, {
        LUCID_ANCHORS_ADDRESS: anchors,
        LUCID_CHUNK_STORE_ADDRESS: chunkStore,
        LUCID_CHECKPOINTS_ADDRESS: checkpoints,
      });
      await chain.admit(address);
      await (await chain.chunkStore.grantRole(ROLES.UPLOADER, address)).wait();
      return chain;
    } catch (error) {
      await node[Symbol.asyncDispose]();
      throw error;
    }
  }

  get anchors() {
    return LucidAnchors__factory.connect(this.addresses.LUCID_ANCHORS_ADDRESS as string, this.admin);
  }

  get chunkStore() {
    return LucidChunkStore__factory.connect(this.addresses.LUCID_CHUNK_STORE_ADDRESS as string, this.admin);
  }

  get checkpoints() {
    return LucidCheckpoints__factory.connect(this.addresses.LUCID_CHECKPOINTS_ADDRESS as string, this.admin);
  }

  /** Grants an account REGISTRAR_ROLE, and gives it money for gas. */
  async admit(account: string): Promise<void> {
    await this.direct.send("anvil_setBalance", [account, toBeHex(BALANCE)]);
    await (await this.anchors.grantRole(ROLES.REGISTRAR, account)).wait();
  }

  /**
   * From now on time goes by as fast as the test has it: a block at each of these times, with the virtual time.
   *
   * @param everyMs of the machine
   */
  async scaleTime(factor: number, everyMs: number): Promise<TimeScale> {
    await this.direct.send("evm_setAutomine", [false]);
    const latest = await this.direct.getBlock("latest");
    this.#latest = latest?.timestamp ?? 0;
    this.#scale = { factor, realOrigin: machineClock.now(), virtualOrigin: (this.#latest + 1) * MS };
    this.#mining = this.#mine(everyMs);
    return this.#scale;
  }

  /** Takes the last blocks away and puts empty ones in their place. @param depth fewer than the confirmations */
  async reorganise(depth: number): Promise<void> {
    await this.direct.send("anvil_reorg", [depth, []]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#mining.catch(() => undefined);
    this.direct.destroy();
    await this.node[Symbol.asyncDispose]();
  }

  async #mine(everyMs: number): Promise<void> {
    const { signal } = this.#ended;
    for (let at = machineClock.now(); !signal.aborted; at = Math.max(at + everyMs, machineClock.now())) {
      await machineClock.sleepUntil(at, signal);
      const time = Math.floor(toVirtual(this.#scale as TimeScale, machineClock.now()) / MS);
      if (time <= this.#latest) continue;
      this.#latest = time;
      await this.direct.send("evm_setNextBlockTimestamp", [time]);
      await this.direct.send("evm_mine", []);
    }
  }
}

interface Deployable {
  readonly abi: InterfaceAbi;
  readonly bytecode: string;
}

async function deploy(
  { abi, bytecode }: Deployable,
  admin: NonceManager,
  ...args: readonly string[]
): Promise<string> {
  const contract: BaseContract = await new ContractFactory(abi, bytecode, admin).deploy(...args);
  await contract.waitForDeployment();
  return await contract.getAddress();
}
