import type { TransactionReceipt, Wallet } from "ethers";
import type { CallBounds, CallLimit } from "../../evm/gas/call-bounds.ts";
import type { EstimateRequest } from "../../evm/gas/gas-estimate.ts";
import type { EvmClient } from "../../evm/transactions/evm-client.ts";
import type { WatchedTransaction } from "../../evm/transactions/watched-transaction.ts";
import { type Session, sessionFields } from "../../sessions/session.ts";
import { ContractCalls } from "../contract-calls.ts";
import type { ContractLocation } from "../deployment.ts";
import { lucidAnchors } from "./descriptor.ts";
import { LucidAnchorsReader } from "./reader.ts";

/** The contract refuses more. How many of them fit a transaction depends on the chain. */
export const MAX_SESSIONS_PER_BATCH = 500;
/** The contract's bound: a session's proof has at most 20 hashes. */
export const MAX_SESSIONS_PER_TREE = 2 ** 20;

/**
 * LucidAnchors, typed. Writing needs a signer with REGISTRAR_ROLE, reading nothing.
 *
 * Every method throws ContractError with the custom error's name and values when the contract refuses, and
 * EvmError when the chain cannot be reached.
 */
export class LucidAnchorsClient extends LucidAnchorsReader {
  readonly #calls: ContractCalls<typeof lucidAnchors>;

  constructor(location: ContractLocation, { evm }: { evm: EvmClient }) {
    super(location, { evm });
    const { contract } = this;
    this.#calls = new ContractCalls(lucidAnchors, { contract, address: location.address, evm });
  }

  /** How much gas a call may have on this chain. */
  bounds(): Promise<CallBounds> {
    return this.#calls.bounds();
  }

  /** Finishes what an earlier run signed with this account; see EvmClient. */
  resume(signer: Wallet): Promise<number> {
    return this.#calls.resume(signer);
  }

  /** Registers one session in its own slot; not sent if its gas limit would exceed `limit` (CALL_TOO_LARGE). */
  registerSession(signer: Wallet, session: Session, limit?: CallLimit): Promise<TransactionReceipt> {
    return this.#calls.send(signer, "registerSession", [session.sessionId], sessionFields(session), limit);
  }

  /**
   * Registers up to MAX_SESSIONS_PER_BATCH sessions; those that are already registered are skipped.
   *
   * @param limit A batch that would need more gas is not sent (CALL_TOO_LARGE).
   */
  registerSessions(
    signer: Wallet,
    sessions: readonly Session[],
    limit?: CallLimit,
  ): Promise<TransactionReceipt> {
    const ids = sessions.map(({ sessionId }) => sessionId);
    return this.#calls.send(signer, "registerSessions", ids, [sessions], limit);
  }

  /** registerSessions, on its way: whoever has a deadline does not wait until it is final. */
  submitSessions(
    signer: Wallet,
    sessions: readonly Session[],
    limit?: CallLimit,
  ): Promise<WatchedTransaction> {
    const ids = sessions.map(({ sessionId }) => sessionId);
    return this.#calls.submit(signer, "registerSessions", ids, [sessions], limit);
  }

  /** The gas limit of registerSessions. */
  gasLimitOfSessions(from: string, sessions: readonly Session[]): Promise<bigint> {
    return this.#calls.gasLimitOf(from, "registerSessions", [sessions]);
  }

  /** Registers up to MAX_SESSIONS_PER_TREE sessions by the root of their tree. */
  registerSessionTree(signer: Wallet, root: string, sessionCount: number): Promise<TransactionReceipt> {
    return this.#calls.send(signer, "registerSessionTree", [root], [root, sessionCount]);
  }

  /** Gives a session of a registered tree its own slot, with the tree's time; needs no role. */
  promoteSession(
    signer: Wallet,
    root: string,
    session: Session,
    proof: readonly string[],
  ): Promise<TransactionReceipt> {
    return this.#calls.send(signer, "promoteSession", [session.sessionId], [root, session, proof]);
  }

  /** registerSession, for an estimate. */
  describeSession(session: Session): Omit<EstimateRequest, "from"> {
    return this.#calls.describe("registerSession", sessionFields(session));
  }

  /** registerSessions, for an estimate. */
  describeSessions(sessions: readonly Session[]): Omit<EstimateRequest, "from"> {
    return this.#calls.describe("registerSessions", [sessions]);
  }

  /** registerSessionTree, for an estimate. */
  describeTree(root: string, sessionCount: number): Omit<EstimateRequest, "from"> {
    return this.#calls.describe("registerSessionTree", [root, sessionCount]);
  }
}
