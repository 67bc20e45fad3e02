import { Transaction, type TransactionReceipt } from "ethers";
import type { LucidAnchorsClient } from "../contracts/lucid-anchors/client.ts";
import { inGroups } from "../in-groups.ts";
import type { AnchorTransactionDocument } from "../store/documents.ts";
import { eachPage, type PageCursor } from "../store/repositories/repository.ts";
import type { Store } from "../store/store.ts";
import { type AuditFinding, firstDifference, type Report } from "./finding.ts";

export interface AuditTransactionsModules {
  readonly store: Pick<Store, "anchorTransactions">;
  readonly anchors: LucidAnchorsClient;
  readonly chainId: number;
}

export interface AuditTransactionsOptions {
  /** Where an earlier run ended. */
  readonly after?: PageCursor | undefined;
  /** Whether a time is in the slots to audit, in Unix milliseconds. */
  readonly isWithin: (time: number) => boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Receipts that are asked for at the same time. */
const READS_AT_ONCE = 64;

/**
 * Holds every transaction that the store saved to its own bytes and to its receipt.
 *
 * @param gas added to
 * @returns pages as they are done: how many, and where to go on
 */
export async function* auditTransactions(
  { after, isWithin, signal }: AuditTransactionsOptions,
  { store, anchors, chainId }: AuditTransactionsModules,
  gas: Map<string, { count: number; gas: bigint }>,
  report: Report,
): AsyncGenerator<{ readonly count: number; readonly after: PageCursor }> {
  for await (const page of eachPage((request) => store.anchorTransactions.all(request), { after })) {
    for (const group of inGroups(page, READS_AT_ONCE)) {
      signal?.throwIfAborted();
      const own = group.filter((one) => one.chain_id === chainId && isWithin(one.created_at));
      const receipts = await Promise.all(own.map(({ _id }) => anchors.receiptOf(_id)));
      for (const [at, transaction] of own.entries()) {
        const receipt = receipts[at];
        const findings = [bytesFinding(transaction), ...receiptFindings(transaction, receipt)];
        for (const finding of findings) if (finding !== undefined) report(finding);
        if (receipt === undefined) continue;
        const sum = gas.get(transaction.purpose) ?? { count: 0, gas: 0n };
        sum.count += 1;
        sum.gas += receipt.gasUsed;
        gas.set(transaction.purpose, sum);
      }
    }
    const { created_at, _id } = page.at(-1) as AnchorTransactionDocument;
    yield { count: page.length, after: [created_at, _id] };
  }
}

const SIGNED = ["hash", "from", "nonce", "to", "chainId"] as const;

/** Whether the document says what its signed bytes say. */
function bytesFinding(transaction: AnchorTransactionDocument): AuditFinding | undefined {
  const { _id, from_addr, nonce, to_addr, chain_id, raw_signed } = transaction;
  const saved = { hash: _id, from: from_addr, nonce, to: to_addr, chainId: chain_id };
  const place = { txid: _id };
  const signed = parsed(raw_signed);
  if (signed === undefined) {
    return { code: "TRANSACTION_BYTES_DIFFER", place, expected: _id, found: "bytes of no transaction" };
  }
  const differs = firstDifference(SIGNED, signed, saved);
  if (differs === undefined) return undefined;
  const { field, expected, found } = differs;
  return { code: "TRANSACTION_BYTES_DIFFER", place: { ...place, field }, expected, found };
}

function parsed(raw: string) {
  try {
    const { hash, from, nonce, to, chainId } = Transaction.from(raw);
    return {
      hash: hash ?? undefined,
      from: from?.toLowerCase(),
      nonce,
      to: to?.toLowerCase(),
      chainId: Number(chainId),
    };
  } catch {
    // Whatever ethers says about bytes that are none.
    return undefined;
  }
}

/** Statuses that say that a transaction was mined, and whether it did what it should. */
const MINED = { mined: 1, confirmed: 1, failed: 0 } as const;

function* receiptFindings(
  transaction: AnchorTransactionDocument,
  receipt: TransactionReceipt | undefined,
): Generator<AuditFinding> {
  const { _id: txid, status } = transaction;
  const place = { txid };
  const success = MINED[status as keyof typeof MINED];
  if (receipt === undefined) {
    // A transaction that failed before it was sent has no block either.
    const wasMined = status === "mined" || status === "confirmed" || transaction.block_number !== undefined;
    if (wasMined)
      yield { code: "TRANSACTION_ABSENT", place, expected: `a receipt, for it is ${status}`, found: "none" };
    return;
  }
  // The process may have ended before it learned of it; one that is given up says that it never was.
  if (success === undefined) {
    if (status === "signed" || status === "broadcast") return;
    yield { code: "TRANSACTION_OUTCOME_DIFFERS", place, expected: outcomeOf(receipt), found: status };
    return;
  }
  if (receipt.status !== success) {
    yield { code: "TRANSACTION_OUTCOME_DIFFERS", place, expected: outcomeOf(receipt), found: status };
    return;
  }
  const { block_number, block_hash, gas_used, effective_gas_price } = transaction;
  const block = firstDifference(
    ["block_number", "block_hash"],
    { block_number: receipt.blockNumber, block_hash: receipt.blockHash },
    { block_number, block_hash },
  );
  if (block !== undefined) {
    const { field, expected, found } = block;
    yield { code: "TRANSACTION_BLOCK_DIFFERS", place: { ...place, field }, expected, found };
  }
  const gas = firstDifference(
    ["gas_used", "effective_gas_price"],
    { gas_used: Number(receipt.gasUsed), effective_gas_price: receipt.gasPrice },
    { gas_used, effective_gas_price },
  );
  if (gas === undefined) return;
  const { field, expected, found } = gas;
  yield { code: "TRANSACTION_GAS_DIFFERS", place: { ...place, field }, expected, found };
}

const outcomeOf = ({ status }: TransactionReceipt) =>
  status === 1 ? "mined, with success" : "mined, and reverted";
