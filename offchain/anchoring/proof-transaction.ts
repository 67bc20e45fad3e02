import type { LucidAnchorsReader } from "../contracts/lucid-anchors/reader.ts";
import type { LucidError } from "../errors.ts";
import { EvmError } from "../evm/errors.ts";
import { sessionCommitment } from "../sessions/session.ts";
import { AnchoringError } from "./errors.ts";
import type { AnchorTransaction } from "./find-anchor-transaction.ts";
import type { AnchorLocation } from "./locate-anchor.ts";
import type { SessionProof } from "./proof-format.ts";

export interface CheckedTransaction {
  readonly errors: readonly LucidError[];
  /** The transaction that the proof names, once it was confirmed. */
  readonly transaction?: AnchorTransaction;
  /** Why it could not be checked. */
  readonly unchecked?: string;
}

/**
 * Checks the transaction that a proof names against the chain: it is in that block, and emitted the event of this
 * session, or of this tree. If the endpoint has pruned old receipts or blocks it stays unchecked: the session's time does
 * not depend on it.
 *
 * @throws {EvmError} RPC_UNREACHABLE
 */
export async function checkTransaction(
  { transaction: txid, blockNumber, session }: SessionProof,
  { tree }: AnchorLocation,
  anchors: LucidAnchorsReader,
): Promise<CheckedTransaction> {
  if (txid === undefined || blockNumber === undefined) return { errors: [] };
  const differs = (found: string) => {
    const details = { code: "PROOF_TRANSACTION_DIFFERS", transaction: txid, blockNumber, found } as const;
    return { errors: [new AnchoringError(details)] };
  };
  const confirmed = { errors: [], transaction: { txid, blockNumber } };
  try {
    const receipt = await anchors.receiptOf(txid);
    if (receipt !== undefined) {
      if (receipt.blockNumber !== blockNumber) return differs(`it is in block ${receipt.blockNumber}`);
      const isOfSession =
        tree === undefined
          ? anchors.commitmentsIn(receipt).includes(sessionCommitment(session))
          : anchors.rootsIn(receipt).includes(tree.root);
      const subject = tree === undefined ? "session" : "tree";
      return isOfSession ? confirmed : differs(`that transaction registered no such ${subject}`);
    }
    const head = await anchors.head();
    if (blockNumber > head) return differs(`the latest block is ${head}`);
    const transactions = await anchors.transactionsOf(blockNumber);
    if (transactions !== undefined) {
      if (!transactions.includes(txid)) return differs("that block has no such transaction");
      return { errors: [], unchecked: uncheckedText(txid, "the endpoint has no receipt of it") };
    }
    return { errors: [], unchecked: uncheckedText(txid, "the endpoint does not have its block") };
  } catch (error) {
    if (!(error instanceof EvmError) || error.code === "RPC_UNREACHABLE") throw error;
    return { errors: [], unchecked: uncheckedText(txid, error.message) };
  }
}

const uncheckedText = (txid: string, reason: string) =>
  `the transaction ${txid} that the proof names was not checked: ${reason}`;
