import type { AnchorTransactionDocument } from "../../store/documents.ts";
import {
  type Account,
  type AnchorTransactions,
  isDecided,
  UNFINISHED,
} from "../../store/repositories/anchor-transactions.ts";
import { eachDocument } from "../../store/repositories/repository.ts";
import type { ChainProvider } from "../chain-provider.ts";
import { EvmError } from "../errors.ts";
import { attemptsOf } from "./attempts-of.ts";

const MS_PER_SECOND = 1_000;

/**
 * The nonce of the next new call: the lowest that neither the chain nor a pool nor a saved attempt has. A dropped one
 * is reused first, or transactions with higher nonces would wait for it forever.
 *
 * @throws {EvmError} CHAIN_BEHIND when the chain knows fewer transactions than were confirmed before
 */
export async function nextNonce(
  provider: ChainProvider,
  transactions: AnchorTransactions,
  account: Account,
): Promise<number> {
  const [used, pending, confirmed] = await Promise.all([
    provider.getTransactionCount(account.from, "latest"),
    provider.getTransactionCount(account.from, "pending"),
    lastConfirmed(transactions, account),
  ]);
  if (confirmed !== undefined && used <= confirmed.nonce && !(await hasLostBlock(provider, confirmed))) {
    throw new EvmError({ code: "CHAIN_BEHIND", account: account.from, used, confirmed: confirmed.nonce + 1 });
  }
  const live = new Set<number>();
  for await (const { nonce } of eachDocument((page) => transactions.unfinished(account, page)))
    live.add(nonce);
  let nonce = pending;
  while (live.has(nonce)) nonce += 1;
  return nonce;
}

/**
 * Sends missing attempts below those in flight again: dropped ones, and ones that were final on a chain that has lost
 * them since. Until their nonces are used, none with a higher nonce can be mined.
 *
 * @param inFlight nonces of the account's unfinished transactions
 * @returns The nonces that are in flight again.
 */
export async function resubmitMissing(
  { provider, transactions }: { provider: ChainProvider; transactions: AnchorTransactions },
  account: Account,
  inFlight: ReadonlySet<number>,
): Promise<number[]> {
  if (inFlight.size === 0) return [];
  const [used, pending] = await Promise.all([
    provider.getTransactionCount(account.from, "latest"),
    provider.getTransactionCount(account.from, "pending"),
  ]);
  const resubmitted: number[] = [];
  for (let nonce = used; nonce < Math.max(...inFlight); nonce++) {
    if (inFlight.has(nonce)) continue;
    const attempts = await attemptsOf(transactions, account, nonce);
    const candidates = await missing(provider, attempts);
    // Below the pool's count the nonce is already taken, by a transaction of ours or by one that must not be replaced.
    const mayBeOurs = nonce >= pending ? candidates : await inSomePool(provider, candidates);
    // Refused attempts have an error, and their callers were told; otherwise the first attempt has precedence.
    const attempt = mayBeOurs.findLast(({ error }) => error === undefined) ?? mayBeOurs[0];
    if (attempt === undefined) continue;
    await transactions.signAgain(attempt._id);
    resubmitted.push(nonce);
  }
  return resubmitted;
}

/** Of the attempts with a nonce that the chain has not used, those that may be sent again. */
async function missing(
  provider: ChainProvider,
  attempts: readonly AnchorTransactionDocument[],
): Promise<readonly AnchorTransactionDocument[]> {
  const final = attempts.find(isDecided);
  if (final !== undefined) return (await hasLostBlock(provider, final)) ? [final] : [];
  return attempts.every(({ status }) => status === "dropped") ? attempts : [];
}

async function inSomePool(
  provider: ChainProvider,
  attempts: readonly AnchorTransactionDocument[],
): Promise<AnchorTransactionDocument[]> {
  const found = await Promise.all(attempts.map(({ _id }) => provider.getTransaction(_id)));
  return attempts.filter((_, i) => found[i] !== null);
}

/** The saved transaction with the highest nonce whose use is final. */
async function lastConfirmed(
  transactions: AnchorTransactions,
  account: Account,
): Promise<AnchorTransactionDocument | undefined> {
  const highest = await transactions.highestNonce(account);
  for (let nonce = highest ?? -1; nonce >= 0; nonce--) {
    const { documents } = await transactions.byNonce(account, nonce);
    const confirmed = documents.find(isDecided);
    // This store did not send what came before.
    if (confirmed !== undefined || documents.length === 0) return confirmed;
  }
  return undefined;
}

/**
 * Whether the chain has lost the block in which a transaction was confirmed: it was restarted under the same id, as local
 * nodes are, or its node was killed and came back without its last blocks. Then another block is at that height, or the
 * chain is shorter but its head has a later time. An endpoint that is merely behind shows a head with an earlier time.
 */
async function hasLostBlock(
  provider: ChainProvider,
  { block_number, block_hash, updated_at }: AnchorTransactionDocument,
): Promise<boolean> {
  const [head, sameHeight] = await Promise.all([
    provider.getBlock("latest"),
    provider.getBlock(block_number ?? 0),
  ]);
  if (sameHeight !== null) return sameHeight.hash !== block_hash;
  return head !== null && head.timestamp * MS_PER_SECOND > updated_at;
}

/**
 * Whether another process saved an attempt with the same nonce first. The one that saved later sees the other's; by the
 * store's stamps both agree which was earlier.
 */
export async function isContested(
  transactions: AnchorTransactions,
  account: Account,
  own: AnchorTransactionDocument,
): Promise<boolean> {
  const { documents } = await transactions.byNonce(account, own.nonce);
  return documents.some(
    ({ _id, status, created_at }) =>
      _id !== own._id &&
      UNFINISHED.includes(status) &&
      (created_at < own.created_at || (created_at === own.created_at && _id < own._id)),
  );
}
