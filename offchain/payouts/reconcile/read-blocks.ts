import { hexOf, tronAddressOf } from "../../tron-address.ts";
import type { PayoutChain } from "../service/payout-chain.ts";
import {
  isPaidBy,
  isStatementOpenedBy,
  listingOf,
  paymentOfPaid,
  transferOf,
} from "../service/row-outcomes.ts";
import type { KnownRouter } from "../service/verify-row.ts";
import type { TransactionInfo, TronLog } from "../tron/answers.ts";
import type { TronClient } from "../tron-client.ts";
import type { ChainPayment, StrayTransfer } from "./differences.ts";

export interface BlockRange {
  readonly first: number;
  readonly last: number;
}

/** Of each router, in hex. */
export interface RouterParties {
  readonly router: string;
  readonly token: string;
  readonly treasury: string;
}

/** Router in base58check. */
export interface OpenedStatement {
  readonly router: string;
  readonly root: string;
  /** Of its block, in Unix milliseconds. */
  readonly at: number;
}

/** An account that the token put on its blacklist, or took off it. */
export interface BlacklistChange {
  /** base58check */
  readonly account: string;
  readonly isListed: boolean;
  readonly block: number;
}

/** What the blocks show of routers and tokens, oldest first. */
export interface Movements {
  readonly payments: ChainPayment[];
  readonly strays: StrayTransfer[];
  /** Statements that a router opened. */
  readonly opened: OpenedStatement[];
  readonly listings: BlacklistChange[];
}

export const noMovements = (): Movements => ({ payments: [], strays: [], opened: [], listings: [] });

/** Blocks that are asked for at once. */
const AT_ONCE = 8;

export async function readParties(
  routers: readonly KnownRouter[],
  chain: Pick<PayoutChain, "parties">,
): Promise<RouterParties[]> {
  return await Promise.all(
    routers.map(async (router) => {
      const { token, treasury } = await chain.parties(router);
      return { router: hexOf(router.address), token: hexOf(token), treasury: hexOf(treasury) };
    }),
  );
}

/**
 * Adds what solidified blocks show.
 *
 * @param onTransaction told of every transaction of the blocks
 * @returns the last block that is read, again and again
 */
export async function* readBlocks(
  { first, last }: BlockRange,
  { parties, found }: { readonly parties: readonly RouterParties[]; readonly found: Movements },
  { tron, signal }: { readonly tron: TronClient; readonly signal?: AbortSignal },
  onTransaction?: (txid: string) => void,
): AsyncGenerator<number> {
  for (let from = first; from <= last; from += AT_ONCE) {
    signal?.throwIfAborted();
    const count = Math.min(AT_ONCE, last + 1 - from);
    const numbers = Array.from({ length: count }, (_, offset) => from + offset);
    for (const info of await tron.solidBlocks(numbers)) {
      readTransaction(info, parties, found);
      onTransaction?.(info.txid);
    }
    yield from + count - 1;
  }
}

/**
 * Adds a transaction's payments, each with the transfer that made it, the transfers out of the treasury that are left,
 * whoever sent it, the statements that it opened, and the accounts that it put on the token's blacklist or took off it.
 */
export function readTransaction(
  info: TransactionInfo,
  parties: readonly RouterParties[],
  found: Movements,
): void {
  const { txid, blockNumber: block, blockTime: at } = info;
  const transfers = info.logs.flatMap((log) => transferFromTreasury(log, parties) ?? []);
  for (const { router, token, treasury } of parties) {
    found.opened.push(
      ...info.logs
        .filter((log) => isStatementOpenedBy(log, router))
        .map(({ topics: [, root = ""] }) => ({ router: tronAddressOf(router), root, at })),
    );
    for (const { payoutId, to, amount } of info.logs
      .filter((log) => isPaidBy(log, router))
      .map(paymentOfPaid)) {
      const place = transfers.findIndex(
        (one) => one.to === to && one.amount === amount && one.token === token && one.from === treasury,
      );
      if (place >= 0) transfers.splice(place, 1);
      found.payments.push({
        ...{ payoutId, amount, txid, block, at, isTransferred: place >= 0 },
        router: tronAddressOf(router),
        to: tronAddressOf(to),
      });
    }
  }
  for (const { to, amount } of transfers) {
    found.strays.push({ txid, at, to: tronAddressOf(to), amount });
  }
  for (const token of new Set(parties.map((one) => one.token))) {
    for (const { account, isListed } of info.logs.flatMap((log) => listingOf(log, token) ?? [])) {
      found.listings.push({ account: tronAddressOf(account), isListed, block });
    }
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
