import type { Anchor } from "../../anchoring/anchor.ts";
import { findAnchorTransaction } from "../../anchoring/find-anchor-transaction.ts";
import { recordAnchors, type SessionAnchor } from "../../anchoring/record-session.ts";
import type { LucidAnchorsClient } from "../../contracts/lucid-anchors/client.ts";
import type { DutyModules } from "./modules.ts";
import { type KnownPending, pendingSessions } from "./pending-sessions.ts";
import { blocksBefore } from "./recent-blocks.ts";

/** Blocks whose transactions are known without a search of the chain's logs. */
const KNOWN_BLOCKS = 32;

/**
 * Sessions that the chain does not have, after which no others are looked for: leaders publish the oldest first, so what
 * waits behind so many was hardly published before them.
 */
const ENOUGH_WAITING = 1_000;

type EnterModules = Pick<DutyModules, "store" | "anchors" | "confirmed">;

/**
 * Enters, as anchored, the queued sessions that the chain has with its confirmations, whoever published them: what a
 * leader that crashed did not enter, the next one does. Any node may, and again.
 *
 * @param slot whose earlier blocks name the transactions
 * @returns how many were entered
 */
export async function enterAnchors(slot: number, modules: EnterModules): Promise<number> {
  const { store, anchors, confirmed } = modules;
  const newest = await confirmed.newest();
  if (newest === undefined) return 0;
  let entered = 0;
  let waiting = 0;
  let transactions: Transactions | undefined;
  for await (const page of pendingSessions(store, anchors, newest)) {
    const registered = page.filter(({ registeredAt }) => registeredAt !== undefined);
    waiting += page.length - registered.length;
    if (registered.length === 0) {
      if (waiting >= ENOUGH_WAITING) break;
      continue;
    }
    transactions ??= await Transactions.ofBlocks(slot, modules);
    const found: SessionAnchor[] = [];
    for (const one of registered) {
      found.push({ sessionId: one.sessionId, anchor: await transactions.anchorOf(one) });
    }
    await recordAnchors(store, found);
    entered += found.length;
  }
  return entered;
}

/** Where sessions were registered: by the transactions that blocks name, else by the chain's logs. */
class Transactions {
  readonly #anchors: LucidAnchorsClient;
  readonly #txids: ReadonlyMap<string, string>;
  readonly #mined = new Map<string, Mined | undefined>();

  private constructor(anchors: LucidAnchorsClient, txids: ReadonlyMap<string, string>) {
    this.#anchors = anchors;
    this.#txids = txids;
  }

  static async ofBlocks(slot: number, { store, anchors }: EnterModules): Promise<Transactions> {
    const txids = new Map<string, string>();
    // The slot's own block too; of several blocks that list a session, the latest names the transaction.
    for (const { record } of (await blocksBefore(store, slot + 1, KNOWN_BLOCKS)).toReversed()) {
      if (record?.txid === undefined) continue;
      for (const [, commitment] of record.sessions) txids.set(commitment, record.txid);
    }
    return new Transactions(anchors, txids);
  }

  async anchorOf({ commitment, session, registeredAt }: KnownPending): Promise<Anchor> {
    const anchor = { mode: "batch", registeredAt: registeredAt as number } as const;
    const txid = this.#txids.get(commitment);
    const mined = txid === undefined ? undefined : await this.#minedOf(txid);
    if (mined?.commitments.has(commitment)) {
      const { blockNumber, gasUsed } = mined;
      return { ...anchor, txid: txid as string, blockNumber, gasUsed };
    }
    const location = { kind: "slot", registeredAt: anchor.registeredAt } as const;
    return { ...anchor, ...(await findAnchorTransaction(this.#anchors, session, location)) };
  }

  async #minedOf(txid: string): Promise<Mined | undefined> {
    if (this.#mined.has(txid)) return this.#mined.get(txid);
    const receipt = await this.#anchors.receiptOf(txid);
    const mined = receipt && {
      blockNumber: receipt.blockNumber,
      gasUsed: Number(receipt.gasUsed),
      commitments: new Set(this.#anchors.commitmentsIn(receipt)),
    };
    this.#mined.set(txid, mined);
    return mined;
  }
}

interface Mined {
  readonly blockNumber: number;
  readonly gasUsed: number;
  readonly commitments: ReadonlySet<string>;
}
