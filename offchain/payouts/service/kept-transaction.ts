import type { PayoutDocument } from "../../store/documents.ts";
import { TronError } from "../tron/errors.ts";
import { type ReadCall, readSignedCall } from "../tron-client.ts";
import { paymentsOfCall, type RowPayment } from "./router-calls.ts";
import type { KnownRouter } from "./verify-row.ts";

/** A transaction that documents hold, and the rows that it pays. */
export interface KeptTransaction {
  readonly txid: string;
  readonly bytes: string;
  /** Unix milliseconds, of the bytes themselves. */
  readonly expiresAt: number;
  readonly router: KnownRouter;
  readonly payments: readonly RowPayment[];
}

/**
 * Reads the transaction that a document holds, and checks that it pays exactly what the document says.
 *
 * @returns why it does not, where it does not
 */
export function readKeptTransaction(
  document: PayoutDocument,
  routers: readonly KnownRouter[],
): KeptTransaction | { readonly fault: string; readonly unknownRouter?: string } {
  const { signed_transaction: bytes, txid } = document;
  if (bytes === undefined || txid === undefined) return { fault: "it is missing" };
  let call: ReadCall;
  try {
    call = readSignedCall(bytes);
  } catch (error) {
    if (!(error instanceof TronError)) throw error;
    return { fault: error.message };
  }
  if (call.txid !== txid) return { fault: `its id is ${call.txid}, not ${txid}` };
  const router = routers.find(({ address }) => address === document.router);
  if (router === undefined && call.contract === document.router) {
    return {
      fault: `${document.router} is none of the routers in the settings`,
      unknownRouter: document.router,
    };
  }
  if (router === undefined || call.contract !== router.address) {
    return { fault: `it calls ${call.contract}, not ${document.router}` };
  }
  const paid = paymentsOfCall(router, call.data);
  if (paid === undefined) return { fault: "it calls another method than one that pays rows" };
  if (paid.root !== document.plan_root) return { fault: "it pays rows of another statement" };
  const payment = paid.payments.find(({ payoutId }) => payoutId === document._id);
  if (payment === undefined) return { fault: "the payout is not among its rows" };
  if (payment.to !== document.to_addr || payment.amount !== document.usdt_amount) {
    return { fault: "it pays another amount or payee" };
  }
  return { txid, bytes, expiresAt: call.expiresAt, router, payments: paid.payments };
}
