import { type ErrorDetails, LucidError } from "../errors.ts";
import type { NodeMeaning } from "./node-messages.ts";

/** What circuit breakers watch. */
export type BreakerName = "gas" | "fee" | "budget" | "rpc";

/**
 * No endpoint gives a valid answer within the time limit and 64 MiB; or it names a newest block but does not
 * show it.
 * @remedy Start a node, or set `ON_SYSTEM_CHAIN_RPC`.
 */
interface RpcUnreachable extends ErrorDetails {
  readonly code: "RPC_UNREACHABLE";
  readonly endpoint: string;
  readonly reason: string;
}
/**
 * An endpoint answered with an error that Lucid does not know; its words are in the message.
 * @remedy See the message.
 */
interface RpcFailed extends ErrorDetails {
  readonly code: "RPC_FAILED";
  readonly action: string;
  /** What the node said. */
  readonly reason: string;
  /** What it means by that, where its wording is known. */
  readonly meaning?: NodeMeaning;
}
/**
 * Endpoints serve different chains.
 * @remedy Keep those of one chain.
 */
interface RpcChainsDiffer extends ErrorDetails {
  readonly code: "RPC_CHAINS_DIFFER";
  readonly chains: Readonly<Record<string, string>>;
}
/**
 * The endpoint knows fewer transactions of the account than were confirmed before.
 * @remedy Wait until it has synced, or use another endpoint.
 */
interface ChainBehind extends ErrorDetails {
  readonly code: "CHAIN_BEHIND";
  readonly account: string;
  /** Transactions of the account that the endpoint knows, and how many were confirmed before. */
  readonly used: number;
  readonly confirmed: number;
}
/**
 * The account cannot pay for the gas; the message has what the node said about its balance.
 * @remedy Send it some of the chain's currency.
 */
interface FundsMissing extends ErrorDetails {
  readonly code: "FUNDS_MISSING";
  readonly account: string;
  readonly action: string;
  /** What the node said; most name the balance and the cost. */
  readonly reason: string;
}
/**
 * The method has no measurement or too few receipts for this call, or the node cannot simulate the calls with
 * which gas is measured on this chain.
 * @remedy Use another method; for `session anchor --plan`, an endpoint whose `eth_call` supports state
 * overrides.
 */
interface EstimateUnavailable extends ErrorDetails {
  readonly code: "ESTIMATE_UNAVAILABLE";
  readonly method: string;
  readonly action: string;
  readonly reason: string;
}
/**
 * A call needs more gas than the block, the chain's cap for a transaction (EIP-7825), the node's estimate or
 * `LUCID_MAX_GAS_PER_CALL` allows. Batches are split until they fit; this one holds a single item.
 * @remedy The message names the limit: raise it if it is yours, otherwise use another node or chain.
 */
interface CallTooLarge extends ErrorDetails {
  readonly code: "CALL_TOO_LARGE";
  readonly action: string;
  /** What it needs; undefined where the node does not say. */
  readonly gas: string | undefined;
  /** What it may have; undefined where the node does not say. */
  readonly limit: string | undefined;
  /** E.g. `the block gas limit`. */
  readonly limitedBy: string;
}
interface BreakerDetails extends ErrorDetails {
  readonly breaker: BreakerName;
  readonly limit: string;
  readonly value: string;
  readonly unit: string;
  /** The setting that holds the limit. */
  readonly setting: string;
  /** ISO 8601: when the breaker lets one call through to try. */
  readonly triesAgainAt: string;
}
/**
 * A limit would be exceeded: gas of a call, fee cap, budget of the hour. Nothing was sent.
 * @remedy Wait until the value falls, or raise the setting that the message names (docs/evm.md).
 */
interface BreakerTripped extends BreakerDetails {
  readonly code: "BREAKER_TRIPPED";
}
/**
 * A breaker tripped recently. Nothing was sent.
 * @remedy Wait until the time in the message; then one call is let through.
 */
interface BreakerOpen extends BreakerDetails {
  readonly code: "BREAKER_OPEN";
}
/**
 * `breakers.json` is not a JSON object: something other than Lucid wrote it, and it was left as it is.
 * @remedy Look in the log for what tripped, then delete the file: spending is counted from the saved
 * transactions.
 */
interface BreakerStateCorrupt extends ErrorDetails {
  readonly code: "BREAKER_STATE_CORRUPT";
  readonly file: string;
  readonly reason: string;
}
/**
 * Another process has just used the same nonce of the same account.
 * @remedy Run the task again; give every process its own key.
 */
interface NonceContested extends ErrorDetails {
  readonly code: "NONCE_CONTESTED";
  readonly account: string;
  readonly nonce: number;
  readonly action: string;
  /** What the node said, if a node reported it. */
  readonly reason?: string;
}
/**
 * The process is ending and stops waiting for a transaction. It is saved, and may still be mined.
 * @remedy Run the task again: it continues with the transaction, and sends nothing twice.
 */
interface MonitorClosed extends ErrorDetails {
  readonly code: "MONITOR_CLOSED";
  readonly account: string;
  /** The transaction that was waited for; undefined where nothing had been sent yet. */
  readonly txid?: string;
  readonly nonce?: number;
}
/**
 * No such transaction was sent from this store.
 * @remedy `npx hardhat tx list`.
 */
interface TransactionUnknown extends ErrorDetails {
  readonly code: "TRANSACTION_UNKNOWN";
  readonly txid: string;
}
/**
 * The transaction is final and cannot be cancelled.
 * @remedy `npx hardhat tx list` shows its outcome.
 */
interface TransactionFinal extends ErrorDetails {
  readonly code: "TRANSACTION_FINAL";
  readonly txid: string;
  readonly status: string;
}
/**
 * A replacement, or the price that a node demands for a transaction, would cost more than five times the
 * current gas price.
 * @remedy Wait, then run it again; check what the node says.
 */
interface FeeCeiling extends ErrorDetails {
  readonly code: "FEE_CEILING";
  readonly txid: string;
  /** What the node said to the highest offer, where it refused one. */
  readonly reason?: string;
}
/**
 * A transaction was mined and reverted; the custom error is in the message.
 * @remedy Run the task again: it starts from what is registered.
 */
interface TransactionFailed extends ErrorDetails {
  readonly code: "TRANSACTION_FAILED";
  readonly txid: string;
  readonly action: string;
  readonly blockNumber: number;
  /** The custom error with its values, or that the gas ran out. */
  readonly reason: string;
}
/**
 * A transaction is not final yet.
 * @remedy Run the task again: it continues to wait, and sends nothing twice.
 */
interface TransactionTimedOut extends ErrorDetails {
  readonly code: "TRANSACTION_TIMED_OUT";
  readonly txid: string;
  readonly action: string;
  readonly waitedSeconds: number;
}
/**
 * Something else used the transaction's nonce.
 * @remedy Give every process its own key; run the task again.
 */
interface TransactionReplaced extends ErrorDetails {
  readonly code: "TRANSACTION_REPLACED";
  readonly txid: string;
  readonly account: string;
  readonly nonce: number;
}
/**
 * The transaction was sent repeatedly and no node holds it; if a node gave a reason, the message has it. If
 * it was refused permanently while others waited behind its nonce, a cancellation has used the nonce.
 * @remedy Check the node's reason, the account's balance and the endpoint, then run the task again.
 */
interface TransactionDropped extends ErrorDetails {
  readonly code: "TRANSACTION_DROPPED";
  readonly txid: string;
  readonly action: string;
  readonly resends: number;
  /** Why a node refused it, where one said so. */
  readonly reason?: string;
}
export type EvmErrorDetails =
  | RpcUnreachable
  | RpcFailed
  | RpcChainsDiffer
  | ChainBehind
  | FundsMissing
  | EstimateUnavailable
  | CallTooLarge
  | BreakerTripped
  | BreakerOpen
  | BreakerStateCorrupt
  | NonceContested
  | MonitorClosed
  | TransactionUnknown
  | TransactionFinal
  | FeeCeiling
  | TransactionFailed
  | TransactionTimedOut
  | TransactionReplaced
  | TransactionDropped;

/** A failure of an endpoint, or of a transaction on its way into a block. */
export class EvmError extends LucidError<EvmErrorDetails> {
  constructor(details: EvmErrorDetails, options?: ErrorOptions) {
    super(details, describe(details), options);
  }
}

function describe(details: EvmErrorDetails): string {
  switch (details.code) {
    case "RPC_UNREACHABLE":
      return `No answer from ${details.endpoint} (${details.reason}). Start a node (npx hardhat node) or set ON_SYSTEM_CHAIN_RPC to one that runs.`;
    case "RPC_FAILED":
      return `The On-System chain refused ${details.action}: ${details.reason}`;
    case "RPC_CHAINS_DIFFER":
      return `The endpoints of ON_SYSTEM_CHAIN_RPC serve different chains: ${JSON.stringify(details.chains)}. Keep those of one chain.`;
    case "CHAIN_BEHIND":
      return `The chain knows ${details.used} transactions of ${details.account}, but ${details.confirmed} were confirmed before. The endpoint is still syncing: run this again later, or set ON_SYSTEM_CHAIN_RPC to one that is up to date.`;
    case "FUNDS_MISSING":
      return `${details.account} cannot pay for the gas of ${details.action} (the node says: ${details.reason}). Send it some of the chain's own currency and run this again.`;
    case "ESTIMATE_UNAVAILABLE":
      return `The gas of ${details.action} cannot be estimated by the method "${details.method}": ${details.reason}. Use another method.`;
    case "CALL_TOO_LARGE":
      return `${details.action} was not sent: ${sizeText(details)}. It cannot be split further: use a chain or a node that allows more, or raise the limit if it is yours.`;
    case "BREAKER_TRIPPED":
      return `Nothing was sent: ${BREAKER_WORDS[details.breaker]} is ${details.value} ${details.unit}, above the limit of ${details.limit}. Wait until it falls, or raise ${details.setting} if this is what you want; one call is let through again at ${details.triesAgainAt}.`;
    case "BREAKER_OPEN":
      return `Nothing was sent: the ${details.breaker} breaker is open because ${BREAKER_WORDS[details.breaker]} was ${details.value} ${details.unit}, above the limit of ${details.limit}. One call is let through again at ${details.triesAgainAt}; ${details.setting} holds the limit.`;
    case "BREAKER_STATE_CORRUPT":
      return `${details.file} cannot be read: ${details.reason}. It says which circuit breakers are open; look in the log for what tripped them, then delete it.`;
    case "NONCE_CONTESTED":
      return `${details.action} was not sent: another process has just used nonce ${details.nonce} of ${details.account}${said(details)}. Run this again when that process has finished, and give each process its own key.`;
    case "MONITOR_CLOSED":
      return details.txid === undefined
        ? `Nothing was sent for ${details.account}: the process is ending. Run this again.`
        : `Stopped waiting for transaction ${details.txid} (nonce ${details.nonce} of ${details.account}), because the process is ending. It may still be mined; the next run continues with it, and sends nothing twice.`;
    case "TRANSACTION_UNKNOWN":
      return `No transaction ${details.txid} was sent from this store. List those that were sent: npx hardhat tx list`;
    case "TRANSACTION_FINAL":
      return `Transaction ${details.txid} cannot be cancelled: it is ${details.status}. See npx hardhat tx list.`;
    case "FEE_CEILING":
      return `No higher price was offered for ${details.txid}: it would be more than five times the current gas price${said(details)}. Wait until it is mined or prices change, and run this again.`;
    case "TRANSACTION_FAILED":
      return `${details.action} was mined in block ${details.blockNumber} and reverted: ${details.reason} (transaction ${details.txid}). It had no effect; run this again once the reason no longer applies.`;
    case "TRANSACTION_TIMED_OUT":
      return `${details.action} is not final after ${details.waitedSeconds} s (transaction ${details.txid}). It may still be mined; run this again to continue waiting for it. It is not sent a second time.`;
    case "TRANSACTION_REPLACED":
      return `Nonce ${details.nonce} of ${details.account} was used by a transaction other than ${details.txid}. Unless you cancelled it, something else sends with this key; run this again, and give each process its own key.`;
    case "TRANSACTION_DROPPED":
      return `${details.action} was sent ${details.resends + 1} times and is in no pool (transaction ${details.txid})${said(details)}. Check the endpoint's log and the account's balance, then run this again.`;
  }
}

const said = ({ reason }: { readonly reason?: string }) =>
  reason === undefined ? "" : ` (the node says: ${reason})`;

function sizeText({ gas, limit, limitedBy }: CallTooLarge): string {
  const needed = gas === undefined ? "it needs more gas than it may have" : `it needs a gas limit of ${gas}`;
  return `${needed}, and ${limitedBy} allows ${limit ?? "less"}`;
}

const BREAKER_WORDS: Readonly<Record<BreakerName, string>> = {
  gas: "the gas limit of the call",
  fee: "the fee cap",
  budget: "what was spent in the last hour, plus the maximum cost of this call,",
  rpc: "the number of failed requests in a row",
};
