import type { LucidError } from "../../errors.ts";
import type { Logger } from "../../logger.ts";
import type { AnchorTransactionDocument } from "../../store/documents.ts";
import type { AnchorTransactions } from "../../store/repositories/anchor-transactions.ts";
import type { ChainProvider } from "../chain-provider.ts";
import { EvmError } from "../errors.ts";
import { isNonceTaken, isRefusal, readNodeError, reasonOf, typedFailure } from "../node-errors.ts";
import type { NodeAnswer } from "../node-messages.ts";
import type { CallCodec } from "./call-codec.ts";
import { moveTo } from "./record-progress.ts";

/** A node said that it did not accept a transaction, and why. */
export interface Refusal {
  readonly answer: NodeAnswer;
  readonly failure: LucidError;
}

export interface SendModules {
  readonly provider: ChainProvider;
  readonly transactions: AnchorTransactions;
  readonly logger: Logger;
  readonly codec: CallCodec;
}

/**
 * Sends saved bytes, and records it in the store if a node has them.
 *
 * @returns Why the node did not accept them; undefined if it did, or if that is not known.
 */
export async function sendSaved(
  { provider, transactions, logger, codec }: SendModules,
  { _id: txid, raw_signed, from_addr: account }: AnchorTransactionDocument,
  action: string,
): Promise<Refusal | undefined> {
  try {
    await provider.broadcastTransaction(raw_signed);
  } catch (error) {
    const answer = readNodeError(error);
    if (answer?.meaning !== "already-known") {
      const failure = typedFailure(error, { action, account }, codec);
      if (answer !== undefined && isRefusal(answer.meaning)) return { answer, failure };
      logger.warn({ txid, reason: failure.message }, "not known whether a node accepted it");
      return undefined;
    }
  }
  await moveTo(transactions, txid, "broadcast");
  return undefined;
}

/** The error for the caller of a refused transaction. */
export function refusalError(
  { from_addr: account, nonce }: AnchorTransactionDocument,
  action: string,
  { answer, failure }: Refusal,
): LucidError {
  if (!isNonceTaken(answer.meaning)) return failure;
  const reason = reasonOf(failure.cause);
  return new EvmError({ code: "NONCE_CONTESTED", account, nonce, action, reason }, { cause: failure });
}
