import type { Provider } from "ethers";

/**
 * The first block whose time is not before `time`, found by binary search: block times never decrease. One more than the
 * latest block if there is none yet.
 *
 * @param time Unix seconds
 * @param from number of a block that is known to be no later
 */
export async function firstBlockSince(provider: Provider, time: number, from: number): Promise<number> {
  let low = from;
  let high = (await provider.getBlockNumber()) + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const block = await provider.getBlock(middle);
    // An endpoint that keeps no old blocks keeps no old logs either: a missing block counts as earlier.
    if (block === null || block.timestamp < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
