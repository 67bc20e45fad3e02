import type { TransactionReceipt } from "ethers";
import type { AnchorTransactionDocument, AnchorTransactionStatus } from "../../store/documents.ts";
import {
  ANCHOR_TRANSACTION_MOVES,
  type AnchorTransactions,
  type TransactionProgress,
} from "../../store/repositories/anchor-transactions.ts";
import type { TransactionState } from "./monitor-decision.ts";

/** The status of the attempt that counts, and that of the others with its nonce, for each state. */
const STATUSES: Readonly<
  Record<TransactionState, { counts?: AnchorTransactionStatus; others?: AnchorTransactionStatus }>
> = {
  submitted: {},
  pending: { counts: "broadcast", others: "broadcast" },
  mined: { counts: "mined" },
  confirmed: { counts: "confirmed", others: "replaced" },
  failed: { counts: "failed", others: "replaced" },
  replaced: { counts: "replaced", others: "replaced" },
  dropped: { counts: "dropped", others: "dropped" },
  "timed-out": {},
};

const OF_A_RECEIPT = ["block_number", "block_hash", "gas_used", "effective_gas_price"] as const;

/** A state that the monitor decided, with what is known about the attempt that counts. */
export interface DecidedState {
  readonly state: TransactionState;
  readonly txid: string;
  readonly receipt?: TransactionReceipt | undefined;
  readonly error?: string | undefined;
}

/** Records a state in the store, for every attempt with the nonce; repeating it changes nothing. */
export async function recordProgress(
  transactions: AnchorTransactions,
  attempts: readonly AnchorTransactionDocument[],
  { state, txid, receipt, error }: DecidedState,
): Promise<void> {
  const { counts, others } = STATUSES[state];
  for (const { _id } of attempts) {
    const isIt = _id === txid;
    const status = isIt ? counts : others;
    if (status === undefined) continue;
    await moveTo(
      transactions,
      _id,
      status,
      isIt ? { ...receiptFields(receipt), ...(error && { error }) } : {},
    );
  }
}

/** Moves an attempt to a status through the required intermediate ones. */
export async function moveTo(
  transactions: AnchorTransactions,
  txid: string,
  to: AnchorTransactionStatus,
  progress: TransactionProgress = {},
): Promise<void> {
  const current = await transactions.get(txid);
  if (current === undefined || current.status === to) return;
  const { status } = current;
  // A dropped attempt keeps that status while its nonce waits in the pool, until the chain decides.
  if (to === "broadcast" && status === "dropped") return;
  const isDirect = ANCHOR_TRANSACTION_MOVES[status].includes(to);
  if (!isDirect) {
    if (!ANCHOR_TRANSACTION_MOVES[status].includes("mined")) return;
    await transactions.move(txid, status, "mined");
  }
  const gone = status === "mined" && to !== "confirmed" && to !== "failed" ? OF_A_RECEIPT : [];
  await transactions.move(txid, isDirect ? status : "mined", to, progress, gone);
}

function receiptFields(receipt: TransactionReceipt | undefined): TransactionProgress {
  if (receipt === undefined) return {};
  return {
    block_number: receipt.blockNumber,
    block_hash: receipt.blockHash,
    gas_used: Number(receipt.gasUsed),
    effective_gas_price: receipt.gasPrice,
  };
}
