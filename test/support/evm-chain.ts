import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ContractFactory,
  JsonRpcProvider,
  keccak256,
  NonceManager,
  toBeHex,
  Wallet,
  ZeroAddress,
} from "ethers";
import { pino } from "pino";
import { type AnvilOptions, findAnvil, type LocalChain, localKey, startAnvil } from "../../devnet/anvil.ts";
import { findGeth, type GethOptions, startGeth } from "../../devnet/geth.ts";
import { readSettings } from "../../offchain/config/settings.ts";
import { connectEvm, type EvmLayer, type Patience } from "../../offchain/contracts/connect-evm.ts";
import { LucidAnchorsClient } from "../../offchain/contracts/lucid-anchors/client.ts";
import type { FailoverProvider } from "../../offchain/evm/endpoints/failover-provider.ts";
import { type Session, sessionFields } from "../../offchain/sessions/session.ts";
import { openStore } from "../../offchain/store/open-store.ts";
import type { Store } from "../../offchain/store/store.ts";
import { LucidAnchors__factory } from "../../typechain-types/index.ts";
import { skipWithout } from "./skip-without.ts";

/** Quick enough for a test, slow enough that anvil is not asked without a pause. */
export const QUICK = {
  pollMs: 40,
  resendAfterMs: 300,
  bumpAfterMs: 60_000,
  timeoutMs: 60_000,
  answerTimeoutMs: 10_000,
} as const;

/** For endpoints that do not answer, where no honest one has to answer beside much other work. */
export const SHORT_ANSWER_MS = 500;

/** A node with LucidAnchors on it, and whoever tests it at the controls. */
export class EvmChain implements AsyncDisposable {
  readonly node: LocalChain;
  /** Straight to the node: what a test does to it, and what it checks against. */
  readonly direct: JsonRpcProvider;
  readonly registrar = new Wallet(localKey(1));
  readonly anchorsAddress: string;
  #count = 0;

  private constructor(node: LocalChain, direct: JsonRpcProvider, anchorsAddress: string) {
    this.node = node;
    this.direct = direct;
    this.anchorsAddress = anchorsAddress;
  }

  /** anvil, with the contract deployed. */
  static async start(options: AnvilOptions = {}): Promise<EvmChain> {
    return await EvmChain.on(await startAnvil(options));
  }

  /** go-ethereum, with the contract deployed; it has none of the methods that `control` calls. */
  static async startGeth(options: GethOptions = {}): Promise<EvmChain> {
    return await EvmChain.on(await startGeth(options));
  }

  /** Deploys LucidAnchors on a node that was started for this, and takes it over. */
  static async on(node: LocalChain): Promise<EvmChain> {
    try {
      return await EvmChain.deploy(node);
    } catch (error) {
      await node[Symbol.asyncDispose]();
      throw error;
    }
  }

  private static async deploy(node: LocalChain): Promise<EvmChain> {
    const direct = new JsonRpcProvider(node.url, undefined, {
      staticNetwork: true,
      cacheTimeout: -1,
      pollingInterval: 50,
    });
    const wallet = new Wallet(localKey(0), direct);
    const admin = new NonceManager(wallet);
    const { abi, bytecode } = LucidAnchors__factory;
    const deployed = await new ContractFactory(abi, bytecode, admin).deploy(wallet.address);
    // A node with a pace of its own has it a block later.
    await deployed.waitForDeployment();
    const address = await deployed.getAddress();
    const anchors = LucidAnchors__factory.connect(address, admin);
    const registrar = new Wallet(localKey(1)).address;
    for (const account of [registrar, wallet.address]) {
      await (await anchors.grantRole(await anchors.REGISTRAR_ROLE(), account)).wait();
    }
    return new EvmChain(node, direct, address);
  }

  /** A node of a hardfork on which the contracts do not run. */
  static async startBare(options: AnvilOptions): Promise<EvmChain> {
    const node = await startAnvil(options);
    return new EvmChain(node, new JsonRpcProvider(node.url, undefined, { staticNetwork: true }), ZeroAddress);
  }

  control(method: string, ...params: unknown[]): Promise<unknown> {
    return this.direct.send(method, params);
  }

  mine(blocks = 1): Promise<unknown> {
    return this.control("anvil_mine", toBeHex(blocks));
  }

  holdBlocks(): Promise<unknown> {
    return this.control("evm_setAutomine", false);
  }

  /** A session that no other call of this has named. */
  session(): Session {
    this.#count += 1;
    const hash = (text: string) => keccak256(Buffer.from(`${text} ${this.#count}`));
    return {
      sessionId: `${hash("id").slice(0, 34)}${"00".repeat(16)}`,
      manifestHash: hash("manifest"),
      startedAt: 1_767_225_600,
      owner: this.registrar.address,
      merkleRoot: hash("root"),
      chunkCount: 1,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.direct.destroy();
    await this.node[Symbol.asyncDispose]();
  }
}

/** The EVM layer as a process would have it, with a store of its own. */
export interface EvmProcess extends EvmLayer<FailoverProvider>, AsyncDisposable {
  readonly store: Store;
  readonly anchors: LucidAnchorsClient;
  readonly log: Record<string, unknown>[];
}

export interface ProcessOptions {
  /** @default the chain's node */
  readonly urls?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly patience?: Patience & { readonly answerTimeoutMs?: number };
  /** Of a store and breakers to go on with. @default new ones */
  readonly dataDir?: string;
}

/** Connects as a process does; several may share a chain. */
export async function startProcess(chain: EvmChain, options: ProcessOptions = {}): Promise<EvmProcess> {
  const { urls = [chain.node.url], env = {}, patience = {} } = options;
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "lucid-evm-")));
  const settings = readSettings({ LUCID_CONFIRMATIONS: "2", LUCID_DATA_DIR: dataDir, ...env });
  const log: Record<string, unknown>[] = [];
  const logger = pino({ base: null }, { write: (line: string) => void log.push(JSON.parse(line)) });
  const store = await openStore({ setting: settings.store });
  const modules = { transactions: store.anchorTransactions, logger };
  const layer = await connectEvm(urls, settings, modules, { ...QUICK, ...patience }).catch(async (error) => {
    await store.close();
    throw error;
  });
  const location = { address: chain.anchorsAddress, deploymentBlock: 0 };
  return {
    ...layer,
    store,
    log,
    anchors: new LucidAnchorsClient(location, { evm: layer.evm }),
    [Symbol.asyncDispose]: async () => {
      await layer.evm.close();
      layer.provider.destroy();
      await store.close();
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true });
    },
  };
}

/** The call that anchors a session in a slot of its own. */
export function anchorCall(chain: EvmChain, session: Session) {
  const abi = LucidAnchors__factory.createInterface();
  return {
    action: "LucidAnchors.registerSession",
    purpose: "session",
    to: chain.anchorsAddress,
    data: abi.encodeFunctionData("registerSession", [...sessionFields(session)]),
    references: [session.sessionId],
  } as const;
}

/** Skips what needs anvil where there is none; a machine that must have one fails instead. */
export function needAnvil(context: Mocha.Context): void {
  if (findAnvil() !== undefined) return;
  skipWithout(context, "no anvil among the packages or on PATH", "LUCID_REQUIRE_ANVIL");
}

/** The same for go-ethereum. */
export function needGeth(context: Mocha.Context): void {
  if (findGeth() !== undefined) return;
  skipWithout(context, "no geth in .geth (it is built where there is Go) or on PATH", "LUCID_REQUIRE_GETH");
}
