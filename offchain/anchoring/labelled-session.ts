import type { SealedSession } from "../sessions/sealed-session.ts";

/** A sealed session with what its keeper calls it, for the store alone. */
export interface LabelledSession extends SealedSession {
  readonly label?: string | undefined;
}
