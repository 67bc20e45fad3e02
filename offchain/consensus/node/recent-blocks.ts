import type { LeaderScheduleDocument, SlotBlock } from "../../store/documents.ts";
import { eachDocument } from "../../store/repositories/repository.ts";
import type { Store } from "../../store/store.ts";
import { type BlockRecord, NO_BLOCK, parseBlockBody } from "../rules/block-record.ts";

/** Blocks whose sessions may still be on their way to the chain. */
const IN_FLIGHT_BLOCKS = 2;
/** Slots that are read at a time: rarely more than a few in a row have no block. */
const PAGE_SLOTS = 16;

/** A block, and what it says; a body that says nothing lists no session. */
export interface RecentBlock {
  readonly slot: number;
  readonly hash: string;
  readonly record: BlockRecord | undefined;
}

/** The last blocks before a slot, the latest first. @param count how many at most */
export async function blocksBefore(
  store: Store,
  slot: number,
  count = IN_FLIGHT_BLOCKS,
): Promise<readonly RecentBlock[]> {
  const found: RecentBlock[] = [];
  const schedule = store.leaderSchedule;
  for await (const decided of eachDocument((page) =>
    schedule.before(slot, { limit: PAGE_SLOTS, after: page.after }),
  )) {
    if (hasBlock(decided)) found.push(recentBlock(decided));
    if (found.length === count) break;
  }
  return found;
}

/** Hash of the latest of these blocks, which the next one names. */
export const previousHash = ([latest]: readonly RecentBlock[]): string => latest?.hash ?? NO_BLOCK;

type WithBlock = LeaderScheduleDocument & { readonly block: SlotBlock };

const hasBlock = (decided: LeaderScheduleDocument): decided is WithBlock => decided.block !== undefined;

function recentBlock({ slot, block }: WithBlock): RecentBlock {
  const parsed = parseBlockBody(block.body);
  return { slot, hash: block.hash, record: "record" in parsed ? parsed.record : undefined };
}
