import type { RegisteredSession } from "../../contracts/lucid-anchors/reader.ts";
import { sessionCommitment } from "../../sessions/session.ts";
import type { ConfirmedBlocks } from "./confirmed-blocks.ts";
import { EventCursor, type EventSource } from "./event-cursor.ts";

export interface SessionRootsModules {
  readonly confirmed: ConfirmedBlocks;
  /** SessionRegistered events of LucidAnchors. */
  readonly registeredSessions: EventSource<RegisteredSession>;
}

const HASH_BYTES = 32;
const FIRST_CAPACITY = 1_024;

/**
 * The Merkle root of every session that has its own slot in LucidAnchors, however old: a storage challenge may ask for a
 * chunk of any of them, and the chunk's record names its session by the commitment alone.
 *
 * Events are read from the deployment on, once in a process. A session takes some 150 bytes.
 */
export class SessionRoots {
  readonly #cursor: EventCursor<RegisteredSession>;
  /** Places in `#roots`, by commitment. */
  readonly #places = new Map<string, number>();
  #roots = Buffer.alloc(FIRST_CAPACITY * HASH_BYTES);

  /** @param deploymentBlock before which LucidAnchors has no events */
  constructor(deploymentBlock: number, { confirmed, registeredSessions }: SessionRootsModules) {
    this.#cursor = new EventCursor(deploymentBlock, {
      confirmed,
      source: registeredSessions,
      apply: (events) => {
        for (const event of events) this.#add(event);
      },
    });
  }

  /**
   * The root of the session with a commitment; undefined where it is not registered up to the block.
   *
   * @throws {ConsensusError} for a block that is not confirmed or not shown, and after a reorg below the confirmations
   * @throws {EvmError} where the chain cannot be reached
   */
  async rootOf(commitment: string, blockNumber: number): Promise<string | undefined> {
    await this.#cursor.readTo(blockNumber);
    const place = this.#places.get(keyOf(commitment));
    if (place === undefined) return undefined;
    return `0x${this.#roots.toString("hex", place * HASH_BYTES, (place + 1) * HASH_BYTES)}`;
  }

  #add({ session }: RegisteredSession): void {
    const key = keyOf(sessionCommitment(session));
    if (this.#places.has(key)) return;
    const place = this.#places.size;
    if ((place + 1) * HASH_BYTES > this.#roots.length) {
      const larger = Buffer.alloc(2 * this.#roots.length);
      this.#roots.copy(larger);
      this.#roots = larger;
    }
    this.#roots.write(session.merkleRoot.slice(2), place * HASH_BYTES, "hex");
    this.#places.set(key, place);
  }
}

/** A character for each byte: half of the hex digits' memory. */
const keyOf = (commitment: string) => Buffer.from(commitment.slice(2), "hex").toString("latin1");
