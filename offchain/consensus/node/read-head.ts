import type { HeadBlocks } from "../chain-view/head-block.ts";
import type { HeadBlock } from "../chain-view/known-heads.ts";
import { ConsensusError } from "../errors.ts";

/**
 * The head block of a slot, which a slot that began before the chain's first block does not have.
 *
 * @throws {ConsensusError} SLOT_HEAD_UNKNOWN while nobody can tell, and what HeadBlocks throws
 */
export async function readHead(slot: number, headBlocks: HeadBlocks): Promise<HeadBlock | "before-chain"> {
  try {
    const head = await headBlocks.headBlock(slot);
    if (head !== undefined) return head;
  } catch (error) {
    if (error instanceof ConsensusError && error.code === "SLOT_BEFORE_CHAIN") return "before-chain";
    throw error;
  }
  throw new ConsensusError({ code: "SLOT_HEAD_UNKNOWN", slot });
}
