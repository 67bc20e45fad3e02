import { callCodec } from "../../contracts/call-codec.ts";
import type { ChainProvider } from "../../evm/chain-provider.ts";
import { typedFailure } from "../../evm/node-errors.ts";

/** A block of the On-System chain, as far as consensus looks at it. */
export interface Block {
  readonly number: number;
  readonly hash: string;
  readonly parentHash: string;
  /** Unix seconds. Never before that of the block before it; several may share one. */
  readonly timestamp: number;
}

/** The blocks of a chain. Every method throws EvmError where the chain cannot be reached. */
export interface ChainBlocks {
  /** Number of the latest block. */
  latest(): Promise<number>;
  /** Undefined where the endpoint does not have it. */
  block(number: number): Promise<Block | undefined>;
}

/** The blocks that an endpoint shows. */
export function chainBlocks(provider: ChainProvider): ChainBlocks {
  const ask = async <Answer>(action: string, question: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await question();
    } catch (error) {
      throw typedFailure(error, { action }, callCodec);
    }
  };
  return {
    latest: () => ask("eth_blockNumber", () => provider.getBlockNumber()),
    block: async (number) => {
      const block = await ask("eth_getBlockByNumber", () => provider.getBlock(number));
      // A block without a hash is one that is still being made.
      if (block === null || block.hash === null) return undefined;
      return { number, hash: block.hash, parentHash: block.parentHash, timestamp: block.timestamp };
    },
  };
}
