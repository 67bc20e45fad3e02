import type { InProcessChain } from "../../../devnet/in-process-chain.ts";
import { slotAt } from "../../../offchain/consensus/slot-time.ts";
import { sessionIdFromBytes32 } from "../../../offchain/sessions/session-id.ts";
import type { LeaderScheduleDocument } from "../../../offchain/store/documents.ts";
import { eachDocument } from "../../../offchain/store/repositories/repository.ts";

/** A session that the chain has, and the slot in which it came there. */
export interface RegisteredInSlot {
  readonly sessionId: string;
  readonly slot: number;
}

/** The decided slots from one to another, with their results and blocks. */
export async function readSchedule(
  { store: { leaderSchedule } }: InProcessChain,
  first: number,
  last: number,
): Promise<LeaderScheduleDocument[]> {
  const schedule: LeaderScheduleDocument[] = [];
  for await (const decided of eachDocument((page) => leaderSchedule.range(first, last + 1, page))) {
    schedule.push(decided);
  }
  return schedule;
}

/** Every registration of one of these sessions, by the chain's events and the times of their blocks. */
export async function readRegistrations(
  { anchors, provider }: InProcessChain,
  sessionIds: readonly string[],
): Promise<RegisteredInSlot[]> {
  const found: RegisteredInSlot[] = [];
  for await (const events of anchors.registeredSessions()) {
    for (const { session, blockNumber } of events) {
      const sessionId = sessionIdFromBytes32(session.sessionId);
      if (!sessionIds.includes(sessionId)) continue;
      const block = await provider.getBlock(blockNumber);
      if (block === null) throw new RangeError(`the chain does not show block ${blockNumber}`);
      found.push({ sessionId, slot: slotAt(block.timestamp * 1_000) });
    }
  }
  return found;
}
