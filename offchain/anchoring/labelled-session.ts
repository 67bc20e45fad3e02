import type { SealedSession } from "../sessions/sealed-session.ts";

/** A sealed session with its label, which is only for the store. */
export interface LabelledSession extends SealedSession {
  readonly label?: string | undefined;
}
