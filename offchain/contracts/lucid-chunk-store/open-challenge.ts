import type { Provider } from "ethers";

/** The contract derives its challenges from blocks whose number is a multiple of this. */
export const CHALLENGE_INTERVAL_BLOCKS = 64;

/** A block whose hash decides which segment a prover has to show. */
export interface Challenge {
  readonly challengeBlock: number;
  /** The block's hash. */
  readonly seed: string;
}

/** Of the challenges that are open in the latest block, the one that stays open longest: 64 blocks or more. */
export async function openChallenge(provider: Provider): Promise<Challenge> {
  const latest = await provider.getBlockNumber();
  // Mined in the next block or later, but estimated by some nodes as part of the latest block, below which it
  // has to be: the contract's rule for that block.
  const parent = Math.max(0, latest - 1);
  const challengeBlock = parent - (parent % CHALLENGE_INTERVAL_BLOCKS);
  const block = await provider.getBlock(challengeBlock);
  if (block?.hash == null) throw new Error(`the chain does not know its block ${challengeBlock}`);
  return { challengeBlock, seed: block.hash };
}
