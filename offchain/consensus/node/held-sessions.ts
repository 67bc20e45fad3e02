import { OneAtATime } from "../../one-at-a-time.ts";
import { SessionError } from "../../sessions/errors.ts";
import { sealedSessions } from "../../sessions/find-session.ts";
import { readSession, type StoredSession } from "../../sessions/read-session.ts";
import { runLanes } from "../../sessions/run-lanes.ts";
import { sessionCommitment } from "../../sessions/session.ts";
import { sessionDirectory } from "../../sessions/session-directory.ts";

/** Manifests that are read at a time. */
const READS = 16;

/**
 * The sessions whose folders are in the data folder, by commitment. The folder is listed once a slot, and only a
 * manifest that was not there before is read; memory grows with the sessions, by a hash and an id each.
 */
export class HeldSessions {
  readonly #dataDir: string;
  /** Ids by commitment. */
  readonly #ids = new Map<string, string>();
  /** Commitments by id, of the manifests that could be read; the others are tried again. */
  readonly #commitments = new Map<string, string>();
  #slot: number | undefined;
  #refreshing: Promise<void> = Promise.resolve();
  readonly #turns = new OneAtATime();

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /**
   * The session with a commitment; undefined where it is not here, or its manifest cannot be read.
   *
   * @param slot in which it is asked for: with a new one, the folder is listed again
   */
  async find(commitment: string, slot: number): Promise<StoredSession | undefined> {
    if (slot !== this.#slot) {
      this.#slot = slot;
      this.#refreshing = this.#turns.run(() => this.#refresh());
    }
    await this.#refreshing;
    const id = this.#ids.get(commitment);
    return id === undefined ? undefined : await this.#read(id);
  }

  async #refresh(): Promise<void> {
    const present = new Set(await sealedSessions(this.#dataDir));
    for (const [id, commitment] of this.#commitments) {
      if (present.has(id)) continue;
      this.#commitments.delete(id);
      this.#ids.delete(commitment);
    }
    const added = [...present].filter((id) => !this.#commitments.has(id));
    const add = async (place: number) => {
      const id = added[place] as string;
      const stored = await this.#read(id);
      if (stored === undefined) return;
      const commitment = sessionCommitment(stored.session);
      this.#commitments.set(id, commitment);
      this.#ids.set(commitment, id);
    };
    await runLanes({ count: added.length, lanes: READS, openLane: () => add });
  }

  /** A damaged session earns nothing, and keeps no other from earning. */
  async #read(id: string): Promise<StoredSession | undefined> {
    try {
      return await readSession(sessionDirectory(this.#dataDir, id));
    } catch (error) {
      if (error instanceof SessionError) return undefined;
      throw error;
    }
  }
}
