import { expect } from "chai";
import { requireRegularBlocks } from "../../../offchain/consensus/chain-view/require-regular-blocks.ts";
import { ConsensusError } from "../../../offchain/consensus/errors.ts";
import { ArrayChain } from "../../support/array-chain.ts";
import { rejection } from "../../support/rejection.ts";

const START = 1_767_225_600;

/**
 * A chain with these seconds between its blocks, and a clock that shows its last block's time and some more.
 *
 * @param nextAfterSec seconds until the next block; Infinity where none will come
 */
function chainOf(between: readonly number[], later = 0, nextAfterSec = 1) {
  const chain = new ArrayChain([START]);
  for (const seconds of between) chain.add((chain.blocks.at(-1)?.timestamp ?? START) + seconds);
  const last = chain.blocks.at(-1)?.timestamp ?? START;
  let time = (last + later) * 1_000;
  const nextAt = time + nextAfterSec * 1_000;
  const sleep = async (ms: number) => {
    time += ms;
    if (time >= nextAt && chain.blocks.at(-1)?.timestamp === last) chain.add(Math.floor(time / 1_000));
  };
  return { blocks: chain, now: () => time, sleep };
}

const regular = (blocks: number, seconds: number) => Array<number>(blocks).fill(seconds);

describe("regular blocks", () => {
  it("are those of a chain that makes one every few seconds", async () => {
    const pace = await requireRegularBlocks(9, chainOf(regular(300, 12), 7));
    expect(pace).to.include({ longestGapSec: 12, confirmationSec: 108 });
  });

  it("may be one slot apart, and k of them may take as long, but no longer", async () => {
    await requireRegularBlocks(1, chainOf(regular(20, 120)));
    await requireRegularBlocks(10, chainOf(regular(200, 12)));
    const { details } = await rejection(requireRegularBlocks(11, chainOf(regular(200, 12))), ConsensusError);
    expect(details).to.deep.equal({
      code: "CHAIN_TOO_SLOW",
      confirmations: 11,
      seconds: 132,
      measuredBlocks: 101,
      limitSec: 120,
    });
  });

  it("are not those of a chain that makes blocks only for transactions", async () => {
    const bursts = [...regular(30, 0), 1, 1, 5_000, ...regular(30, 1)];
    const { details } = await rejection(requireRegularBlocks(3, chainOf(bursts)), ConsensusError);
    expect(details).to.deep.equal({
      code: "CHAIN_BLOCKS_IRREGULAR",
      longestGapSec: 5_000,
      afterBlock: 32,
      measuredBlocks: 64,
      limitSec: 120,
    });
  });

  it("are not those of a chain that has stopped", async () => {
    const { details } = await rejection(
      requireRegularBlocks(3, chainOf(regular(50, 2), 121)),
      ConsensusError,
    );
    expect(details).to.include({ code: "CHAIN_BLOCKS_IRREGULAR", longestGapSec: 121, afterBlock: 50 });
  });

  it("are watched until one more comes: a burst looks like a fast chain", async () => {
    await requireRegularBlocks(3, chainOf(regular(5, 1), 0, 119));
    const never = chainOf(regular(5, 1), 7, Number.POSITIVE_INFINITY);
    const { details } = await rejection(requireRegularBlocks(3, never), ConsensusError);
    expect(details).to.deep.equal({
      code: "CHAIN_BLOCKS_IRREGULAR",
      longestGapSec: 121,
      afterBlock: 5,
      measuredBlocks: 6,
      limitSec: 120,
    });
    const ahead = chainOf(regular(5, 1), -5_000, Number.POSITIVE_INFINITY);
    const { code } = await rejection(requireRegularBlocks(3, ahead), ConsensusError);
    expect(code, "whose time was moved").to.equal("CHAIN_BLOCKS_IRREGULAR");
  });

  it("are measured where it was slowest, further back for more confirmations", async () => {
    const slowOnce = [...regular(200, 1), ...regular(10, 12), ...regular(90, 1)];
    await requireRegularBlocks(10, chainOf(slowOnce));
    const slower = await rejection(requireRegularBlocks(11, chainOf(slowOnce)), ConsensusError);
    expect(slower.details).to.include({ code: "CHAIN_TOO_SLOW", seconds: 121 });
    const slowLongAgo = [...regular(500, 2), ...regular(400, 0.1)];
    const { details } = await rejection(requireRegularBlocks(300, chainOf(slowLongAgo)), ConsensusError);
    expect(details).to.include({ code: "CHAIN_TOO_SLOW", seconds: 600 });
  });

  it("are taken on average where a chain is too young for k blocks", async () => {
    expect(await requireRegularBlocks(20, chainOf(regular(4, 3)))).to.include({ confirmationSec: 60 });
    const tooSlow = rejection(requireRegularBlocks(50, chainOf(regular(4, 3))), ConsensusError);
    expect((await tooSlow).details).to.include({ code: "CHAIN_TOO_SLOW", seconds: 150 });
    expect(await requireRegularBlocks(50, chainOf([]))).to.include({ longestGapSec: 0, confirmationSec: 0 });
  });

  it("say what to do in the message", async () => {
    const { message } = await rejection(requireRegularBlocks(11, chainOf(regular(200, 12))), ConsensusError);
    expect(message).to.include("11 blocks took 132 s").and.to.include("LUCID_CONFIRMATIONS");
  });
});
