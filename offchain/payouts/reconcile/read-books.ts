import { inGroups } from "../../in-groups.ts";
import type { PayoutDocument } from "../../store/documents.ts";
import type { Payouts } from "../../store/repositories/payouts.ts";
import { eachDocument } from "../../store/repositories/repository.ts";
import { hexOf, tronAddressOf } from "../../tron-address.ts";
import type { PayoutChain } from "../service/payout-chain.ts";
import { isPaidBy, isStatementOpenedBy, paymentOfPaid, transferOf } from "../service/row-outcomes.ts";
import type { KnownRouter } from "../service/verify-row.ts";
import type { TransactionInfo, TronLog } from "../tron/answers.ts";
import type { TronClient } from "../tron-client.ts";
import type {
  BookedPayout,
  Books,
  ChainPayment,
  LedgerEntry,
  StatementSum,
  StrayTransfer,
} from "./differences.ts";

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

/** Blocks and documents that are asked for at once. */
const AT_ONCE = 8;

/** Reads the four books: the store's documents, the routers' events with the token's transfers, the ledger, and the routers' sums. */
export async function readBooks(
  { routers, ledger, fromBlock }: ReconcileOptions,
  modules: ReconcileModules,
): Promise<Books & { readonly blocks: { readonly first: number; readonly last: number } }> {
  const documents: BookedPayout[] = [];
  for await (const document of eachDocument((page) => modules.payouts.allById(page))) {
    documents.push(booked(document));
  }
  const { number: last } = await modules.tron.solidHead();
  const blocks = { first: fromBlock, last };
  const parties = await readParties(routers, modules);
  const found = await readBlocks(blocks, parties, modules);
  await readEarlier(documents, parties, found, modules);
  return {
    documents,
    ...{ payments: found.payments, strays: found.strays, blocks },
    ledger: await readLedger(documents, ledger, modules),
    statements: await readStatements([...documents, ...found.opened], routers, modules),
  };
}

/** Of each router, in hex. */
interface RouterParties {
  readonly router: string;
  readonly token: string;
  readonly treasury: string;
}

/** Router in base58check. */
interface OpenedStatement {
  readonly router: string;
  readonly root: string;
}

interface Found {
  readonly payments: ChainPayment[];
  readonly strays: StrayTransfer[];
  /** Statements that a router opened. */
  readonly opened: OpenedStatement[];
  readonly txids: Set<string>;
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

async function readParties(
  routers: readonly KnownRouter[],
  { chain }: ReconcileModules,
): Promise<RouterParties[]> {
  return await Promise.all(
    routers.map(async (router) => {
      const { token, treasury } = await chain.parties(router);
      return { router: hexOf(router.address), token: hexOf(token), treasury: hexOf(treasury) };
    }),
  );
}

async function readBlocks(
  { first, last }: { readonly first: number; readonly last: number },
  parties: readonly RouterParties[],
  { tron, signal, onBlock }: ReconcileModules,
): Promise<Found> {
  const found: Found = { payments: [], strays: [], opened: [], txids: new Set() };
  const numbers = Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset);
  for (const group of inGroups(numbers, AT_ONCE)) {
    signal?.throwIfAborted();
    for (const info of await tron.solidBlocks(group)) readTransaction(info, parties, found);
    onBlock?.(group.at(-1) as number, last);
  }
  return found;
}

/** Transactions that the store names and that are in none of the blocks that were read. */
async function readEarlier(
  documents: readonly BookedPayout[],
  parties: readonly RouterParties[],
  found: Found,
  { tron }: ReconcileModules,
): Promise<void> {
  for (const { status, txid } of documents) {
    if (status !== "confirmed" || txid === undefined || found.txids.has(txid)) continue;
    const info = await tron.solidified(txid);
    found.txids.add(txid);
    if (info !== undefined) readTransaction(info, parties, found);
  }
}

/**
 * Adds a transaction's payments, each with the transfer that made it, the transfers out of the treasury that are left,
 * whoever sent it, and the statements that it opened.
 */
function readTransaction(info: TransactionInfo, parties: readonly RouterParties[], found: Found): void {
  found.txids.add(info.txid);
  const transfers = info.logs.flatMap((log) => transferFromTreasury(log, parties) ?? []);
  for (const { router, token, treasury } of parties) {
    found.opened.push(
      ...info.logs
        .filter((log) => isStatementOpenedBy(log, router))
        .map(({ topics: [, root = ""] }) => ({ router: tronAddressOf(router), root })),
    );
    for (const { payoutId, to, amount } of info.logs
      .filter((log) => isPaidBy(log, router))
      .map(paymentOfPaid)) {
      const place = transfers.findIndex(
        (one) => one.to === to && one.amount === amount && one.token === token && one.from === treasury,
      );
      if (place >= 0) transfers.splice(place, 1);
      found.payments.push({
        ...{ payoutId, amount, txid: info.txid, block: info.blockNumber, isTransferred: place >= 0 },
        router: tronAddressOf(router),
        to: tronAddressOf(to),
      });
    }
  }
  for (const { to, amount } of transfers) {
    found.strays.push({ txid: info.txid, to: tronAddressOf(to), amount });
  }
}

/** A router's token that leaves the treasury of that router; routers may share both. */
function transferFromTreasury(log: TronLog, parties: readonly RouterParties[]) {
  for (const { token, treasury } of parties) {
    const transfer = transferOf(log, token);
    if (transfer?.from === treasury) return { ...transfer, token };
  }
  return undefined;
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
