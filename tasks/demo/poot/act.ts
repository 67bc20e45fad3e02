import { queueSessions } from "../../../offchain/anchoring/queue-sessions.ts";
import { candidacyOf } from "../../../offchain/consensus/rules/candidacy.ts";
import type { SealedSession } from "../../../offchain/sessions/sealed-session.ts";
import type { LeaderScheduleDocument } from "../../../offchain/store/documents.ts";
import type { DemoContext } from "../demo-context.ts";
import type { Expectations } from "../expectations.ts";
import type { Scene } from "./scene.ts";

/** What the steps of the nodes' part work with. */
export interface Act extends Pick<DemoContext, "narrator" | "chain" | "owner" | "epoch"> {
  readonly scene: Scene;
  readonly expectations: Expectations;
  /** Sealed sessions that wait to be queued, in their order. */
  readonly sessions: readonly SealedSession[];
}

/** Leaves a session to the leader of the next slot. */
export async function queue({ chain, sessions }: Act, place: number): Promise<SealedSession> {
  const session = sessions[place];
  if (session === undefined) throw new RangeError(`${sessions.length} sessions were sealed for the nodes`);
  await queueSessions([session], chain);
  return session;
}

/** What is stored of a slot that is over. */
export async function slotOf({ chain }: Act, slot: number): Promise<LeaderScheduleDocument> {
  const decided = await chain.store.leaderSchedule.get(slot);
  if (decided === undefined) throw new RangeError(`slot ${slot} is not decided`);
  return decided;
}

/** Who took a slot, by name, and as what: `north-a as fallback 1`. */
export function takenBy({ scene: { cast } }: Act, decided: LeaderScheduleDocument): string {
  const { winner, reason } = decided.result ?? {};
  if (winner === undefined) return "nobody";
  const place = candidacyOf(decided, winner)?.place ?? 0;
  return `${cast.nameOf(winner)} as ${place === 0 ? reason : `${reason} ${place}`}`;
}

/** The first digits of a session's id, which are enough to tell it from the others. */
export const shortId = ({ manifest }: SealedSession): string => manifest.sessionId.slice(0, 8);
