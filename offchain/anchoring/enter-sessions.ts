import type { LucidAnchorsClient } from "../contracts/lucid-anchors/client.ts";
import type { SealedSession } from "../sessions/sealed-session.ts";
import type { Session } from "../sessions/session.ts";
import type { Store } from "../store/store.ts";
import { AnchoringError } from "./errors.ts";
import { findEquivocation } from "./other-contents.ts";
import { recordSessions } from "./record-session.ts";
import { recordedSession } from "./recorded-session.ts";

export interface AnchorModules {
  readonly anchors: LucidAnchorsClient;
  readonly store: Store;
}

/**
 * Enters sealed sessions into the store, as recordSessions does.
 *
 * @throws {AnchoringError} SESSION_EQUIVOCATED, with what the chain says of both contents; SESSION_ID_TAKEN
 */
export async function enterSessions(group: readonly SealedSession[], modules: AnchorModules): Promise<void> {
  const { anchors, store } = modules;
  try {
    await recordSessions(store, group);
  } catch (error) {
    if (!(error instanceof AnchoringError && error.details.code === "SESSION_EQUIVOCATED")) throw error;
    const { sessionId } = error.details;
    const session = group.find(({ manifest }) => manifest.sessionId === sessionId)?.session as Session;
    const recorded = await recordedSession(store, sessionId);
    const [finding] = await findEquivocation(session, undefined, recorded, anchors);
    throw finding ?? error;
  }
}

/**
 * Sessions by their ids, each once.
 *
 * @throws {AnchoringError} SESSION_NAMED_TWICE
 */
export function byId(sessions: readonly SealedSession[]): Map<string, SealedSession> {
  const named = new Map<string, SealedSession>();
  for (const sealed of sessions) {
    const { sessionId } = sealed.manifest;
    const other = named.get(sessionId);
    if (other !== undefined && other.manifestHash !== sealed.manifestHash) {
      const directories = [other.directory, sealed.directory];
      throw new AnchoringError({ code: "SESSION_NAMED_TWICE", sessionId, directories });
    }
    named.set(sessionId, sealed);
  }
  return named;
}
