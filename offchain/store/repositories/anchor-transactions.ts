import type {
  AnchorTransactionDocument,
  AnchorTransactionStatus,
  NewAnchorTransaction,
} from "../documents.ts";
import type { Inserted, Swap } from "../engine.ts";
import type { anchorTransactions } from "../schema/index.ts";
import { type Moves, requireLegalMove } from "./moves.ts";
import { type Page, type PageRequest, Repository } from "./repository.ts";

/**
 * A reorg sends `mined` and `failed` back; another attempt with the same nonce makes a transaction `replaced`. A
 * dropped transaction becomes `signed` again when it is sent after all.
 */
export const ANCHOR_TRANSACTION_MOVES: Moves<AnchorTransactionStatus> = {
  signed: ["broadcast", "mined", "failed", "replaced", "dropped"],
  broadcast: ["mined", "failed", "replaced", "dropped"],
  mined: ["broadcast", "confirmed", "failed", "replaced"],
  confirmed: [],
  failed: ["broadcast", "mined", "replaced"],
  replaced: ["broadcast", "mined", "failed"],
  dropped: ["signed", "broadcast", "mined", "failed", "replaced"],
};

/** Statuses that may still change on the chain. */
export const UNFINISHED: readonly AnchorTransactionStatus[] = ["signed", "broadcast", "mined"];

/** Whether its block had its confirmations, so that the status is final unless the chain is restarted. */
export const isDecided = ({ status }: Pick<AnchorTransactionDocument, "status">): boolean =>
  status === "confirmed" || status === "failed";

/** What is learned about a transaction after it was signed. */
export type TransactionProgress = Partial<
  Pick<
    AnchorTransactionDocument,
    "block_number" | "block_hash" | "gas_used" | "effective_gas_price" | "error"
  >
>;

const PROGRESS: readonly (keyof TransactionProgress)[] = [
  "block_number",
  "block_hash",
  "gas_used",
  "effective_gas_price",
  "error",
];

/** An account on a chain; each has its own sequence of nonces. */
export interface Account {
  readonly chainId: number;
  readonly from: string;
}

/** Written before a transaction is broadcast: a nonce belongs to a saved attempt, and survives a crash with it. */
export class AnchorTransactions extends Repository<typeof anchorTransactions> {
  insert(transaction: NewAnchorTransaction): Promise<Inserted> {
    return this.insertOnce([transaction]);
  }

  get(txid: string): Promise<AnchorTransactionDocument | undefined> {
    return this.find({ _id: txid });
  }

  /** @throws {StoreError} STORE_ILLEGAL_MOVE */
  async move(
    txid: string,
    from: AnchorTransactionStatus,
    to: AnchorTransactionStatus,
    progress: TransactionProgress = {},
    unset: readonly (keyof TransactionProgress)[] = [],
  ): Promise<Swap<AnchorTransactionDocument>> {
    requireLegalMove(ANCHOR_TRANSACTION_MOVES, { collection: this.schema.name, id: txid }, from, to);
    return await this.swap(
      { _id: txid },
      { expected: { status: { is: from } }, set: { ...progress, status: to }, unset },
    );
  }

  /**
   * Marks bytes that were signed before as `signed` again, whatever their outcome: reusing a nonce may give the same
   * bytes, after they were dropped or on a chain that was restarted. Attempts in flight are left unchanged.
   */
  async signAgain(txid: string): Promise<void> {
    const existing = await this.get(txid);
    if (existing === undefined || UNFINISHED.includes(existing.status)) return;
    const expected = { status: { is: existing.status } };
    await this.swap({ _id: txid }, { expected, set: { status: "signed" }, unset: PROGRESS });
  }

  /** An account's unfinished transactions, in the order of their nonces. */
  unfinished(
    { chainId, from }: Account,
    request: PageRequest = {},
  ): Promise<Page<AnchorTransactionDocument>> {
    const where = { chain_id: { is: chainId }, from_addr: { is: from }, status: { in: UNFINISHED } };
    return this.page({ where, orderBy: ["nonce", "_id"], index: "chain_from_status_nonce" }, request);
  }

  /** The unfinished transactions of every account on a chain. */
  unfinishedOfChain(chainId: number, request: PageRequest = {}): Promise<Page<AnchorTransactionDocument>> {
    const where = { chain_id: { is: chainId }, status: { in: UNFINISHED } };
    return this.page({ index: "chain_from_nonce", where, orderBy: ["from_addr", "nonce", "_id"] }, request);
  }

  /** Every attempt that was ever made with a nonce. */
  byNonce(
    { chainId, from }: Account,
    nonce: number,
    request: PageRequest = {},
  ): Promise<Page<AnchorTransactionDocument>> {
    const where = { chain_id: { is: chainId }, from_addr: { is: from }, nonce: { is: nonce } };
    return this.page({ where, orderBy: ["_id"], index: "chain_from_nonce" }, request);
  }

  /** Every attempt of an account, those with the highest nonces first. */
  byNonceDescending(
    { chainId, from }: Account,
    request: PageRequest = {},
  ): Promise<Page<AnchorTransactionDocument>> {
    const where = { chain_id: { is: chainId }, from_addr: { is: from } };
    const query = { where, orderBy: ["nonce", "_id"], index: "chain_from_nonce", descending: true };
    return this.page(query, request);
  }

  /** The accounts that ever sent on a chain: one index lookup for each, however many transactions it has. */
  async *accounts(chainId: number): AsyncGenerator<string> {
    for (let below: string | undefined; ; ) {
      const where = {
        chain_id: { is: chainId },
        ...(below !== undefined && { from_addr: { below } }),
      };
      const orderBy = ["from_addr", "nonce", "_id"];
      const query = { where, orderBy, index: "chain_from_nonce", descending: true };
      const { documents } = await this.page(query, { limit: 1 });
      below = documents[0]?.from_addr;
      if (below === undefined) return;
      yield below;
    }
  }

  /** The highest nonce for which an attempt was ever saved. */
  async highestNonce({ chainId, from }: Account): Promise<number | undefined> {
    const { documents } = await this.byNonceDescending({ chainId, from }, { limit: 1 });
    return documents[0]?.nonce;
  }

  /** @param reference a session's id or a tree's root */
  byReference(reference: string, request: PageRequest = {}): Promise<Page<AnchorTransactionDocument>> {
    return this.page({ where: { refs: { contains: reference } }, orderBy: ["_id"], index: "refs" }, request);
  }

  /** All transactions, newest first. */
  all(request: PageRequest = {}): Promise<Page<AnchorTransactionDocument>> {
    return this.page(
      { where: {}, orderBy: ["created_at", "_id"], index: "newest", descending: true },
      request,
    );
  }
}
