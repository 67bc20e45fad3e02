import { hexOf } from "../../tron-address.ts";
import { payoutRefusal } from "../contracts/payout-refusal.ts";
import type { TransactionInfo, TronLog } from "../tron/answers.ts";
import { ROUTER_ABI, type RowPayment, TOKEN_ABI } from "./router-calls.ts";

/** What a solidified transaction did to a row of it. */
export type RowOutcome =
  | { readonly kind: "paid" }
  /** The row, or the whole transaction, was refused; `error` names why. */
  | { readonly kind: "refused"; readonly error: string; readonly values: Readonly<Record<string, string>> }
  /** Events that no router of ours gives: a person has to look. */
  | { readonly kind: "unexplained"; readonly reason: string };

export interface PaymentParties {
  /** base58check */
  readonly router: string;
  readonly token: string;
  readonly treasury: string;
}

const PAID = topicOf(ROUTER_ABI.v0, "Paid");
const REFUSED = topicOf(ROUTER_ABI.v0, "PaymentRefused");
const OPENED = topicOf(ROUTER_ABI.v0, "StatementOpened");
const TRANSFER = topicOf(TOKEN_ABI, "Transfer");
const LISTED = topicOf(TOKEN_ABI, "AddedBlackList");
const UNLISTED = topicOf(TOKEN_ABI, "RemovedBlackList");

/**
 * The outcomes of the rows of a transaction: a row is paid where the receipt says success, the router says Paid of exactly
 * this payment, and the token says that exactly this amount moved from the treasury to the payee.
 *
 * @param info from the solidified state
 * @returns one for each row, by payoutId
 */
export function rowOutcomes(
  info: TransactionInfo,
  rows: readonly RowPayment[],
  parties: PaymentParties,
): Map<string, RowOutcome> {
  if (info.result !== "SUCCESS") {
    const failure = failureOf(info);
    return new Map(rows.map(({ payoutId }) => [payoutId, { kind: "refused", ...failure }]));
  }
  const router = hexOf(parties.router);
  const paid = new Map<string, TronLog>();
  const refusals = new Map<string, string>();
  for (const log of info.logs) {
    const [event, payoutId = ""] = log.topics;
    if (log.address !== router) continue;
    if (event === PAID) paid.set(payoutId, log);
    if (event === REFUSED) refusals.set(payoutId, ROUTER_ABI.v0.parseLog(asEvm(log))?.args[1]);
  }
  const transfers = new TransferCount(info.logs, parties);
  return new Map(
    rows.map((row) => [
      row.payoutId,
      outcomeOf(row, paid.get(row.payoutId), refusals.get(row.payoutId), transfers),
    ]),
  );
}

/** Why a transaction failed as a whole: the contract's error where it reverted, else the receipt's result. */
export function failureOf(info: TransactionInfo): {
  error: string;
  values: Readonly<Record<string, string>>;
} {
  if (info.result !== "REVERT" || info.returned === "0x") return { error: info.result, values: {} };
  const { error, values } = payoutRefusal(info.returned);
  return { error, values };
}

function outcomeOf(
  row: RowPayment,
  paid: TronLog | undefined,
  refusal: string | undefined,
  transfers: TransferCount,
): RowOutcome {
  if (paid === undefined) {
    if (refusal === undefined)
      return { kind: "unexplained", reason: "neither Paid nor PaymentRefused names it" };
    const { error, values } = payoutRefusal(refusal);
    return { kind: "refused", error, values };
  }
  const event = paymentOfPaid(paid);
  if (event.to !== hexOf(row.to) || event.amount !== row.amount || event.sessionId !== row.sessionId) {
    return { kind: "unexplained", reason: "Paid names another payee, amount or session" };
  }
  if (!transfers.take(event.to, event.amount)) {
    return { kind: "unexplained", reason: "the token has no Transfer of exactly this amount to the payee" };
  }
  return { kind: "paid" };
}

/** What a Paid event says. Addresses are 0x and 40 lower-case hex digits. */
export function paymentOfPaid({ topics, data }: TronLog) {
  const [, payoutId = "", sessionId = "", to = ""] = topics;
  return { payoutId, sessionId, to: addressOfTopic(to), amount: BigInt(data) };
}

export const isPaidBy = (log: TronLog, router: string) => log.address === router && log.topics[0] === PAID;

export const isStatementOpenedBy = (log: TronLog, router: string) =>
  log.address === router && log.topics[0] === OPENED;

/** What a Transfer event of a token says; undefined where it is another event. @param token 0x and 40 hex digits */
export function transferOf({ address, topics: [event, from = "", to = ""], data }: TronLog, token: string) {
  if (address !== token || event !== TRANSFER) return undefined;
  return { from: addressOfTopic(from), to: addressOfTopic(to), amount: BigInt(data) };
}

/** Whom a token put on its blacklist, or took off it; undefined where it is another event. @param token 0x and 40 hex digits */
export function listingOf({ address, topics: [event, indexed], data }: TronLog, token: string) {
  if (address !== token || (event !== LISTED && event !== UNLISTED)) return undefined;
  // Tokens differ in whether the account is indexed.
  const account = indexed ?? data;
  return { account: addressOfTopic(account), isListed: event === LISTED };
}

/** Transfers of a transaction out of the treasury, each of which explains one payment. */
class TransferCount {
  readonly #left = new Map<string, number>();

  constructor(logs: readonly TronLog[], { token, treasury }: PaymentParties) {
    const [tokenHex, treasuryHex] = [hexOf(token), hexOf(treasury)];
    for (const log of logs) {
      const transfer = transferOf(log, tokenHex);
      if (transfer?.from !== treasuryHex) continue;
      const key = `${transfer.to} ${transfer.amount}`;
      this.#left.set(key, (this.#left.get(key) ?? 0) + 1);
    }
  }

  take(to: string, amount: bigint): boolean {
    const key = `${to} ${amount}`;
    const left = this.#left.get(key) ?? 0;
    this.#left.set(key, left - 1);
    return left > 0;
  }
}

const asEvm = ({ topics, data }: TronLog) => ({ topics: [...topics], data });
const addressOfTopic = (topic: string) => `0x${topic.slice(-40)}`;

function topicOf(
  abi: { getEvent(name: string): { readonly topicHash: string } | null },
  name: string,
): string {
  const event = abi.getEvent(name);
  if (event === null) throw new TypeError(`the ABI has no event ${name}`);
  return event.topicHash;
}
