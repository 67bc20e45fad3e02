import { inGroups } from "../../in-groups.ts";
import type { NewSession, SessionDocument, SessionStatus } from "../documents.ts";
import type { Condition, Inserted, Swap, Where } from "../engine.ts";
import type { sessions } from "../schema/index.ts";
import { type Moves, requireLegalMove } from "./moves.ts";
import { ID_INDEX, type Page, type PageCursor, type PageRequest, Repository } from "./repository.ts";

/** `anchored` goes back when a reorg removes the block, `pending` when the transaction failed finally. */
export const SESSION_MOVES: Moves<SessionStatus> = {
  sealed: ["pending", "anchored"],
  pending: ["sealed", "anchored"],
  anchored: ["pending", "sealed"],
};

/** What anchoring adds to a session. */
export type SessionAnchor = Partial<
  Pick<
    SessionDocument,
    | "anchor_mode"
    | "registered_at"
    | "tree_root"
    | "tree_index"
    | "tree_proof"
    | "anchor_txid"
    | "block_number"
    | "gas_used"
  >
>;

/** A session's move from one status to another. */
export interface SessionMove {
  readonly id: string;
  readonly from: SessionStatus;
  readonly to: SessionStatus;
  readonly anchor?: SessionAnchor;
  /** Fields that no longer hold, e.g. `block_number` after a reorg. */
  readonly unset?: readonly (keyof SessionAnchor)[];
  /** The root of the tree that the entry must name still; null for none. @default whichever */
  readonly expectedTree?: string | null;
}

/** A statement of SQLite accepts 32,766 values, and a page of the store a thousand documents. */
const MAX_IDS_ASKED = 1_000;
/** One transaction of SQLite, one message to MongoDB: enough that its sync does not matter. */
const MAX_MOVES_WRITTEN = 1_000;

export class Sessions extends Repository<typeof sessions> {
  insert(session: NewSession): Promise<Inserted> {
    return this.insertOnce([session]);
  }

  insertMany(sessions: readonly NewSession[]): Promise<Inserted> {
    return this.insertOnce(sessions);
  }

  get(id: string): Promise<SessionDocument | undefined> {
    return this.find({ _id: id });
  }

  /**
   * Moves a session on, if it still has the status `from`.
   *
   * @param unset fields that no longer hold, e.g. `block_number` after a reorg
   * @throws {StoreError} STORE_ILLEGAL_MOVE
   */
  async move(
    id: string,
    from: SessionStatus,
    to: SessionStatus,
    anchor: SessionAnchor = {},
    unset: readonly (keyof SessionAnchor)[] = [],
  ): Promise<Swap<SessionDocument>> {
    const { key, change } = this.#change({ id, from, to, anchor, unset });
    return await this.swap(key, change);
  }

  /**
   * The moves that are still possible, many in one write.
   *
   * @returns how many were made, which is for sessions that still had the status `from`
   * @throws {StoreError} STORE_ILLEGAL_MOVE
   */
  async moveMany(moves: readonly SessionMove[]): Promise<number> {
    const changes = moves.map((move) => this.#change(move));
    let moved = 0;
    for (const group of inGroups(changes, MAX_MOVES_WRITTEN)) moved += await this.swapMany(group);
    return moved;
  }

  /** Sessions by their ids; unknown ones are left out. */
  async getMany(ids: readonly string[]): Promise<Map<string, SessionDocument>> {
    const found = new Map<string, SessionDocument>();
    for (const group of inGroups(ids, MAX_IDS_ASKED)) {
      const query = { where: { _id: { in: group } }, orderBy: ["_id"], index: ID_INDEX };
      const { documents } = await this.page(query, { limit: group.length });
      for (const session of documents) found.set(session._id, session);
    }
    return found;
  }

  /** Sessions of a status, oldest first. */
  byStatus(status: SessionStatus, request: PageRequest = {}): Promise<Page<SessionDocument>> {
    return this.page(
      { where: { status: { is: status } }, orderBy: ["created_at", "_id"], index: "status_oldest" },
      request,
    );
  }

  countByStatus(status: SessionStatus): Promise<number> {
    return this.engine.count(this.schema, { status: { is: status } });
  }

  /** The position of a session in the order of `all` and `byStatus`, as a cursor. */
  cursorOf({ created_at, _id }: SessionDocument): PageCursor {
    return [created_at, _id];
  }

  /**
   * How many sessions come after one in the order of `all`, or of `byStatus`.
   *
   * @param status of those that count, and of the session itself. @default any
   */
  async countAfter(
    { created_at, _id }: Pick<SessionDocument, "created_at" | "_id">,
    status?: SessionStatus,
  ): Promise<number> {
    const counted = (where: Where) =>
      this.engine.count(this.schema, { ...(status !== undefined && { status: { is: status } }), ...where });
    const [all, older, beside] = await Promise.all([
      counted({}),
      counted({ created_at: { below: created_at } }),
      // Sessions that are entered together have the same stamp.
      counted({ created_at: { is: created_at }, _id: { below: _id } }),
    ]);
    return Math.max(0, all - older - beside - 1);
  }

  /** All sessions, oldest first. */
  all(request: PageRequest = {}): Promise<Page<SessionDocument>> {
    return this.page({ where: {}, orderBy: ["created_at", "_id"], index: "oldest" }, request);
  }

  #change({ id, from, to, anchor = {}, unset = [], expectedTree }: SessionMove) {
    requireLegalMove(SESSION_MOVES, { collection: this.schema.name, id }, from, to);
    // A pending session with a tree is being anchored by an operator, and is not in the queue.
    const isQueued = to === "pending" && anchor.tree_root === undefined;
    // The store fills in the time.
    const queued = isQueued && { queued: {} as NonNullable<SessionDocument["queued"]> };
    const set = { ...anchor, status: to, ...queued };
    const tree: Condition = expectedTree === null ? { absent: true } : { is: expectedTree as string };
    const expected = { status: { is: from }, ...(expectedTree !== undefined && { tree_root: tree }) };
    const withdrawn = to === "sealed" ? (["queued"] as const) : [];
    return { key: { _id: id }, change: { expected, set, unset: [...unset, ...withdrawn] } };
  }
}
