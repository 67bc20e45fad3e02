import type { Wallet } from "ethers";
import { sendBatches } from "../../anchoring/send-batches.ts";
import type { LucidAnchorsClient } from "../../contracts/lucid-anchors/client.ts";
import type { WatchedTransaction } from "../../evm/transactions/watched-transaction.ts";
import { MAX_SESSIONS_PER_BATCH } from "../parameters.ts";
import type { PendingSession } from "./publishable.ts";

/** Sessions in one transaction that was broadcast. */
export interface Publication {
  readonly sessions: readonly PendingSession[];
  readonly transaction: WatchedTransaction;
}

/**
 * Sends one transaction with the first of the sessions, as many as the chain takes.
 *
 * @param sessions at least one, oldest first
 * @throws {ContractError} CONTRACT_REVERTED
 * @throws {EvmError} as EvmClient.submit
 */
export async function publishSessions(
  sessions: readonly PendingSession[],
  signer: Wallet,
  anchors: LucidAnchorsClient,
): Promise<Publication> {
  const sending = sendBatches(sessions, {
    mostItems: MAX_SESSIONS_PER_BATCH,
    bounds: await anchors.bounds(),
    inFlight: 1,
    gasLimitOf: (batch) => anchors.gasLimitOfSessions(signer.address, contentsOf(batch)),
    send: (batch, limit) => anchors.submitSessions(signer, contentsOf(batch), limit),
  });
  // With one in flight, nothing more is sent until the next batch is asked for.
  for await (const { batch, sent } of sending) return { sessions: batch, transaction: sent };
  throw new RangeError("no session to publish");
}

const contentsOf = (batch: readonly PendingSession[]) => batch.map(({ session }) => session);
