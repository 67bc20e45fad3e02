import type { SealedSession } from "../../offchain/sessions/sealed-session.ts";

/** A recording and the session that it was sealed as. */
export interface SealedSample {
  readonly source: string;
  readonly session: SealedSession;
}
