import type { SessionDocument } from "../../store/documents.ts";
import { MAX_SESSIONS_PER_BATCH } from "../parameters.ts";

type Place = Pick<SessionDocument, "created_at" | "_id">;

/** Oldest first, as leaders publish: by the store's stamp, and those entered together by their ids. */
export function bySessionAge(a: Place, b: Place): number {
  return a.created_at - b.created_at || (a._id < b._id ? -1 : Number(a._id !== b._id));
}

/** What a block's transaction took, as far as it says how many more sessions would have fitted. */
export interface BatchSize {
  readonly sessions: number;
  /** Of the transaction; 0 where there was none. */
  readonly gasUsed: bigint;
  /** That a batch may have on this chain. */
  readonly mostGas: bigint;
}

/**
 * Whether a leader left room that it should have used. A leader whose batch is refused as too large tries half of it,
 * and nodes may be configured with lower bounds than the chain's: so only what would have fitted twice counts as room.
 */
export function hadRoom({ sessions, gasUsed, mostGas }: BatchSize): boolean {
  return sessions < MAX_SESSIONS_PER_BATCH && 2n * gasUsed <= mostGas;
}
