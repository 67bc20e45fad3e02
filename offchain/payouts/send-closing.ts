import type { Payouts } from "../store/repositories/payouts.ts";
import { type ClosingFolder, closeCall, requireClosing, type StatementClosing } from "./closing.ts";
import { refuseClosed } from "./refuse-closed.ts";
import type { PayoutChain } from "./service/payout-chain.ts";
import type { TronSender } from "./service/tron-sender.ts";
import type { Signers } from "./signers.ts";
import type { StatementAtRouter, StatementToClose } from "./statement-to-close.ts";
import type { TronClient } from "./tron-client.ts";

export interface ClosingTerms {
  readonly signers: Signers;
  /** base58check */
  readonly ledger: string;
}

export interface ClosingModules {
  readonly folder: ClosingFolder;
  readonly tron: TronClient;
  readonly chain: PayoutChain;
  /** Asked for only where something is sent: a statement that is closed already needs no key. */
  readonly openSender: () => Promise<TronSender>;
}

/** What `payout close --send` would do. */
export interface ClosingPreview extends StatementAtRouter {
  /** Expected, in sun; undefined where it is closed already. */
  readonly fees: bigint | undefined;
}

/** What closing a statement came to. */
export interface SentClosing extends StatementAtRouter {
  readonly closed: "now" | "before";
  /** Payouts of it that were refused, as they can no longer be paid. */
  readonly refused: number;
  /** Where it was sent from here; fees in sun. */
  readonly sent?: { readonly txid: string; readonly fees: bigint };
}

/**
 * What closing a statement would cost; nothing is sent.
 *
 * @throws as {@link sendClosing}
 */
export async function previewClosing(
  target: StatementToClose,
  { signers }: Pick<ClosingTerms, "signers">,
  modules: ClosingModules,
): Promise<ClosingPreview> {
  const { closing, statement, onChain } = await requireSigned(target, signers, modules);
  if (onChain.state === "closed") return { statement, onChain, fees: undefined };
  const sender = await modules.openSender();
  const { expected: fees } = await sender.feesOf(closeCall(closing, statement));
  return { statement, onChain, fees };
}

/**
 * Closes a statement by the closing that planner and approver signed, and refuses its payouts. Repeated, it does what is
 * left.
 *
 * @param modules.payouts open before anything is sent: a store that cannot be written would be noticed too late
 * @throws {PayoutServiceError} CLOSING_UNUSABLE, PAYOUT_FEE_CEILING, PAYOUT_FEES_SHORT
 * @throws {TronError} where the network is another one, or the closing was not included
 */
export async function sendClosing(
  target: StatementToClose,
  { signers, ledger }: ClosingTerms,
  modules: ClosingModules & { readonly payouts: Payouts; readonly onSending?: (root: string) => void },
): Promise<SentClosing> {
  const { closing, statement, onChain } = await requireSigned(target, signers, modules);
  const { router, root } = statement;
  let sent: SentClosing["sent"];
  if (onChain.state !== "closed") {
    const sender = await modules.openSender();
    modules.onSending?.(root);
    const { txid, fee } = await sender.awaitSuccess(await sender.send(closeCall(closing, statement)));
    sent = { txid, fees: fee };
  }
  const refused = await refuseClosed({ router: router.address, root, ledger }, modules);
  return {
    statement,
    onChain,
    closed: sent === undefined ? "before" : "now",
    refused,
    ...(sent && { sent }),
  };
}

/** The closing with both signatures, and what its statement is for the router, in the solidified state. */
async function requireSigned(
  { period, router, chainId }: StatementToClose,
  signers: Signers,
  { folder, tron, chain }: Pick<ClosingModules, "folder" | "tron" | "chain">,
): Promise<StatementAtRouter & { readonly closing: StatementClosing }> {
  const closing = await folder.require(period);
  const statement = { period, root: closing.root, router, chainId };
  requireClosing(closing, statement, ["planner", "approver"], signers);
  await tron.requireNetwork();
  return { closing, statement, onChain: await chain.statementOf(router, statement.root, "solid") };
}
