import { inGroups } from "../in-groups.ts";
import type { SealedSession } from "../sessions/sealed-session.ts";
import type { SessionMove } from "../store/repositories/sessions.ts";
import { type AnchorModules, byId, enterSessions } from "./enter-sessions.ts";
import { findRegistered } from "./find-registered.ts";
import { ANCHOR_FIELDS, recordAnchors } from "./record-session.ts";

/** What became of a session that was to be queued. */
export type QueueState =
  /** The next leader publishes it. */
  | "queued"
  | "was-queued"
  /** The chain has it already. */
  | "anchored"
  /** Somebody began to anchor it in a tree, whose path would be lost: not queued. */
  | "in-tree";

export interface QueuedSession {
  readonly sealed: SealedSession;
  readonly state: QueueState;
}

/** Sessions that are asked for and written at a time. */
const GROUP_SESSIONS = 1_000;

/**
 * Queues sessions for the nodes of PoOT: enters them, and leaves them pending without a tree, which is what leaders
 * publish. Nothing is sent. Repeated, it changes nothing.
 *
 * @param sessions their owners' signatures verified (loadSession)
 * @returns One outcome a session, in the order of the request.
 * @throws {AnchoringError} SESSION_NAMED_TWICE, SESSION_EQUIVOCATED, SESSION_ID_TAKEN
 * @throws {EvmError} where the chain cannot be asked what it has
 */
export async function queueSessions(
  sessions: readonly SealedSession[],
  modules: AnchorModules,
  onProgress?: (text: string) => void,
): Promise<QueuedSession[]> {
  const outcomes: QueuedSession[] = [];
  for (const group of inGroups([...byId(sessions).values()], GROUP_SESSIONS)) {
    await enterSessions(group, modules);
    outcomes.push(...(await queueGroup(group, modules, onProgress)));
  }
  return outcomes;
}

async function queueGroup(
  group: readonly SealedSession[],
  modules: AnchorModules,
  onProgress: ((text: string) => void) | undefined,
): Promise<QueuedSession[]> {
  const { store } = modules;
  const { found } = await findRegistered(group, { onProgress }, modules);
  const idOf = ({ sealed }: { readonly sealed: SealedSession }) => sealed.manifest.sessionId;
  await recordAnchors(
    store,
    found.map((one) => ({ sessionId: idOf(one), anchor: one.anchor })),
  );
  const anchored = new Set(found.map(idOf));
  const entries = await store.sessions.getMany(group.map(({ manifest }) => manifest.sessionId));
  const outcomes = group.map((sealed): QueuedSession => {
    const id = sealed.manifest.sessionId;
    const entry = entries.get(id);
    if (anchored.has(id)) return { sealed, state: "anchored" };
    if (entry?.tree_root !== undefined) return { sealed, state: "in-tree" };
    return { sealed, state: entry?.status === "pending" ? "was-queued" : "queued" };
  });
  const moves = outcomes
    .filter(({ state }) => state === "queued")
    .map((one): SessionMove => {
      // The chain does not have it: what is entered about an anchor is of another chain, or of a block that is gone.
      const from = entries.get(idOf(one))?.status === "anchored" ? "anchored" : "sealed";
      return { id: idOf(one), from, to: "pending", unset: ANCHOR_FIELDS };
    });
  await store.sessions.moveMany(moves);
  return outcomes;
}
