import { inGroups } from "../../in-groups.ts";
import type { PayoutDocument } from "../../store/documents.ts";
import type { Payouts } from "../../store/repositories/payouts.ts";
import { eachDocument } from "../../store/repositories/repository.ts";
import type { PayoutChain } from "../service/payout-chain.ts";
import type { KnownRouter } from "../service/verify-row.ts";
import type { TronClient } from "../tron-client.ts";
import type { BookedPayout, Books, LedgerEntry, StatementSum } from "./differences.ts";
import { type BlockRange, noMovements, readBlocks, readParties, readTransaction } from "./read-blocks.ts";

export interface ReconcileOptions {
  readonly routers: readonly KnownRouter[];
  /** base58check */
  readonly ledger: string;
  /** The first block that is read. */
  readonly fromBlock: number;
}

export interface ReconcileModules {
  readonly payouts: Payouts;
  readonly tron: TronClient;
  readonly chain: PayoutChain;
  readonly signal?: AbortSignal;
  readonly onBlock?: (block: number, last: number) => void;
}

/** Documents that are asked for at once. */
const AT_ONCE = 8;

/** Reads the four books: the store's documents, the routers' events with the token's transfers, the ledger, and the routers' sums. */
export async function readBooks(
  { routers, ledger, fromBlock }: ReconcileOptions,
  modules: ReconcileModules,
): Promise<Books & { readonly blocks: BlockRange }> {
  const documents: BookedPayout[] = [];
  for await (const document of eachDocument((page) => modules.payouts.allById(page))) {
    documents.push(booked(document));
  }
  const { number: last } = await modules.tron.solidHead();
  const blocks = { first: fromBlock, last };
  const parties = await readParties(routers, modules.chain);
  const found = noMovements();
  const unread = new Set(
    documents.flatMap(({ status, txid }) => (status === "confirmed" && txid !== undefined ? [txid] : [])),
  );
  const reading = readBlocks(blocks, { parties, found }, modules, (txid) => unread.delete(txid));
  for await (const block of reading) modules.onBlock?.(block, last);
  // Those that the store names and that are in none of the blocks.
  for (const txid of unread) {
    const info = await modules.tron.solidified(txid);
    if (info !== undefined) readTransaction(info, parties, found);
  }
  return {
    documents,
    ...{ payments: found.payments, strays: found.strays, blocks },
    ledger: await readLedger(documents, ledger, modules),
    statements: await readStatements([...documents, ...found.opened], routers, modules),
  };
}

function booked(document: PayoutDocument): BookedPayout {
  const {
    _id: payoutId,
    status,
    error,
    router,
    plan_root: root,
    to_addr: to,
    usdt_amount: amount,
    txid,
  } = document;
  return { payoutId, status, error, router, root, to, amount, txid };
}

async function readLedger(
  documents: readonly BookedPayout[],
  ledger: string,
  { chain, signal }: ReconcileModules,
): Promise<Map<string, LedgerEntry>> {
  const entries = new Map<string, LedgerEntry>();
  for (const group of inGroups(documents, AT_ONCE)) {
    signal?.throwIfAborted();
    await Promise.all(
      group.map(async ({ payoutId }) => {
        const isPaid = await chain.isPaid(ledger, payoutId);
        entries.set(payoutId, { isPaid, isVoid: !isPaid && (await chain.isVoid(ledger, payoutId)) });
      }),
    );
  }
  return entries;
}

async function readStatements(
  documents: readonly Pick<BookedPayout, "router" | "root">[],
  routers: readonly KnownRouter[],
  { chain }: ReconcileModules,
): Promise<StatementSum[]> {
  const named = new Map(documents.map(({ router, root }) => [`${router} ${root}`, { router, root }]));
  const sums: StatementSum[] = [];
  for (const { router, root } of named.values()) {
    const known = routers.find(({ address }) => address === router);
    if (known === undefined || root === undefined) continue;
    sums.push({ router, root, paid: (await chain.statementOf(known, root, "solid")).paid });
  }
  return sums;
}
