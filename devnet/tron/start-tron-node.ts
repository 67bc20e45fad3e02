import { fromBase58Check } from "./address.ts";
import { Chain } from "./blocks/chain.ts";
import { FUNDED, FUNDED_GENESIS, type GenesisAccount, genesisBlock } from "./blocks/genesis.ts";
import { witnessesOf } from "./blocks/witnesses.ts";
import { type ChainParameters, MAINNET_PARAMETERS } from "./chain-parameters.ts";
import { FaultSource, type TronFaults } from "./faults.ts";
import { router } from "./http/routes.ts";
import { type ListeningServer, listen } from "./http/server.ts";
import { LocalNode } from "./local-node.ts";
import { SLOT_MS } from "./resources/usage.ts";
import type { TronNode } from "./tron-node.ts";

export interface TronNodeOptions {
  /** @default 127.0.0.1 */
  readonly host?: string;
  /** Of /wallet. @default 0, a free one */
  readonly port?: number;
  /** Of /walletsolidity, where it has its own. @default 0, a free one */
  readonly solidityPort?: number;
  /** @default "two" */
  readonly ports?: "one" | "two";
  /**
   * Milliseconds between blocks; 0 where only cheat calls make them. A shorter time than a slot's makes the chain's time
   * run ahead of the clock.
   *
   * @default 3000
   */
  readonly blockIntervalMs?: number;
  /** With 27, /walletsolidity is 20 blocks behind the head, as on mainnet; with one, 2. @default 1 */
  readonly witnesses?: 1 | 27;
  /** Sun a unit. @default 100 */
  readonly energyPrice?: bigint;
  /** What faults are drawn from. @default "lucid" */
  readonly seed?: string;
  /** Which faults are on at first. */
  readonly faults?: Partial<TronFaults>;
  /** What the chain's committee has set, where it is not as on mainnet. */
  readonly parameters?: Partial<ChainParameters>;
  /** Accounts of the genesis block in place of the ten that are funded. */
  readonly genesisAccounts?: readonly GenesisAccount[];
  /** Ids that blocks have in place of their own, by number: to replay transactions that refer to another chain. */
  readonly blockIds?: ReadonlyMap<number, string>;
  /** The machine's clock. @default Date.now */
  readonly now?: () => number;
}

/** Starts a node. Its first block comes at once, so that a transaction can refer to it. @throws where a port is taken */
export async function startTronNode(options: TronNodeOptions = {}): Promise<TronNode> {
  const { host = "127.0.0.1", port = 0, solidityPort = 0, ports = "two", now = Date.now } = options;
  const interval = options.blockIntervalMs ?? SLOT_MS;
  const faults = new FaultSource(options.seed ?? "lucid", options.faults ?? {});
  const node = new LocalNode(newChain(options, faults), faults, now, interval >= SLOT_MS);
  await node.mine();
  const wallet = await listen(host, port, router(node, { wallet: true, solidity: ports === "one" }));
  const solidity =
    ports === "one"
      ? undefined
      : await listen(host, solidityPort, router(node, { wallet: false, solidity: true })).catch(
          async (error: unknown) => {
            await wallet.close();
            throw error;
          },
        );
  const stopBlocks = produceBlocks(node, interval);
  return facade(node, wallet, solidity, stopBlocks);
}

function newChain(options: TronNodeOptions, faults: FaultSource): Chain {
  const { genesisAccounts: accounts = FUNDED_GENESIS, energyPrice, blockIds } = options;
  const genesis = genesisBlock({ accounts, energyPrice, id: blockIds?.get(0) });
  return new Chain(genesis, {
    parameters: { ...MAINNET_PARAMETERS, ...options.parameters },
    witnesses: witnessesOf(options.witnesses ?? 1),
    blockIds,
    isOutOfTime: (transaction) => faults.isOutOfTime(transaction),
    nextEnergyPrice: (block) => faults.energyPrice(block),
  });
}

/** Produces a block after each interval. @returns what stops it, after the block that is under way */
function produceBlocks(node: LocalNode, intervalMs: number): () => Promise<void> {
  if (intervalMs === 0) return () => Promise.resolve();
  let block: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    block = block.then(() => node.mine());
  }, intervalMs);
  return async () => {
    clearInterval(timer);
    await block;
  };
}

function facade(
  node: LocalNode,
  wallet: ListeningServer,
  solidity: ListeningServer | undefined,
  stopBlocks: () => Promise<void>,
): TronNode {
  const close = async () => {
    await stopBlocks();
    await wallet.close();
    await solidity?.close();
  };
  return {
    fullHost: wallet.url,
    solidityHost: (solidity ?? wallet).url,
    chainId: node.chain.chainId,
    genesisId: node.chain.blocks.at(0).id,
    accounts: FUNDED,
    get head() {
      return node.chain.head.number;
    },
    mine: (blocks) => node.mine(blocks),
    setTime: (timestamp) => node.setTime(timestamp),
    increaseTime: (milliseconds) => node.increaseTime(milliseconds),
    snapshot: () => node.snapshot(),
    revert: (id) => node.revert(id),
    setFaults: (faults) => node.faults.set(faults),
    dropUnsolidified: () => node.dropUnsolidified(),
    dropPending: () => node.dropPending(),
    setBalance: async (address, balance) => {
      const bytes = fromBase58Check(address);
      if (bytes === undefined) throw new RangeError(`${address} is not an address in base58check`);
      await node.setBalance(bytes.toString("hex"), balance);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
