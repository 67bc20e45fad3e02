/** The state of a transaction; the last five are final. */
export type TransactionState =
  | "submitted"
  | "pending"
  | "mined"
  | "confirmed"
  | "failed"
  | "replaced"
  | "dropped"
  | "timed-out";

const FINAL_STATES: ReadonlySet<TransactionState> = new Set([
  "confirmed",
  "failed",
  "replaced",
  "dropped",
  "timed-out",
]);

export const isFinal = (state: TransactionState) => FINAL_STATES.has(state);

/** Everything that is remembered about a transaction between two snapshots of the chain. */
export interface Watch {
  readonly state: TransactionState;
  readonly nonce: number;
  /** When the watch began, in ms of the injected clock. */
  readonly since: number;
  /** When its bytes were last sent, unchanged or as a replacement. */
  readonly sentAt: number;
  /** How often it was sent again since a pool last held it, or the account's transactions last moved on. */
  readonly resends: number;
  /** Nonces of the account that were used in the last snapshot. @default none */
  readonly usedNonces?: number;
  /** The attempt that was mined, where one was. */
  readonly inclusion: Inclusion | undefined;
}

/** An attempt that was mined, and where. */
export interface Inclusion {
  readonly txid: string;
  readonly blockNumber: number;
  readonly blockHash: string;
  readonly succeeded: boolean;
}

/** One observation of the chain; answers of different endpoints are never combined in one. */
export interface Observation {
  /** When, in ms of the injected clock. */
  readonly at: number;
  /** Undefined where the chain could not be read. */
  readonly chain: ChainSnapshot | undefined;
}

export interface ChainSnapshot {
  readonly head: number;
  /** Nonces of the account that are used in the head. */
  readonly usedNonces: number;
  /** The same in the block that has k confirmations. */
  readonly finalNonces: number;
  /** Of whichever attempt with the nonce was mined. */
  readonly inclusion: Inclusion | undefined;
  /** Whether the node holds an attempt that is not mined. */
  readonly isInPool: boolean;
}

export interface MonitorPolicy {
  /** Blocks until a transaction is final, its own included. */
  readonly confirmations: number;
  /** Bytes that no pool holds are sent again after this. */
  readonly resendAfterMs: number;
  /** After they were sent again this often without success, they count as dropped. */
  readonly maxResends: number;
  /** A transaction that waits in a pool for longer, and has the next nonce, is bumped. */
  readonly bumpAfterMs: number;
  readonly timeoutMs: number;
}

export interface Decision {
  readonly watch: Watch;
  readonly action: "none" | "resend" | "bump";
}

/**
 * The next state of a transaction after one observation of the chain, and what to do about it.
 *
 * A final state is never left. Only blocks with k confirmations make something final; a transaction whose
 * block a reorg removes goes back to pending, whatever its state was.
 */
export function decide(watch: Watch, { at, chain }: Observation, policy: MonitorPolicy): Decision {
  if (isFinal(watch.state)) return { watch, action: "none" };
  const seen =
    chain === undefined ? { watch, action: "none" as const } : applySnapshot(watch, at, chain, policy);
  const isLate = at - watch.since >= policy.timeoutMs && !isFinal(seen.watch.state);
  return isLate ? { watch: { ...seen.watch, state: "timed-out" }, action: "none" } : seen;
}

function applySnapshot(watch: Watch, at: number, chain: ChainSnapshot, policy: MonitorPolicy): Decision {
  const { inclusion, head, usedNonces, finalNonces, isInPool } = chain;
  // A full pool may have no room for one without the next nonce: while those before it are mined, resending may still help.
  const resends = usedNonces > (watch.usedNonces ?? 0) ? 0 : watch.resends;
  const stay = (state: TransactionState, change: Partial<Watch> = {}): Decision => ({
    watch: { ...watch, state, inclusion, resends, usedNonces, ...change },
    action: "none",
  });
  if (inclusion !== undefined) {
    const isDeep = head - inclusion.blockNumber + 1 >= policy.confirmations;
    if (!isDeep) return stay("mined");
    return stay(inclusion.succeeded ? "confirmed" : "failed");
  }
  if (finalNonces > watch.nonce) return stay("replaced");
  // Another transaction has used the nonce, but a reorg may still remove it.
  if (usedNonces > watch.nonce) return stay("pending");
  const waitedMs = at - watch.sentAt;
  if (isInPool) {
    const isStuck = usedNonces === watch.nonce && waitedMs >= policy.bumpAfterMs;
    const pending = stay("pending", { resends: 0, ...(isStuck && { sentAt: at }) });
    return isStuck ? { ...pending, action: "bump" } : pending;
  }
  const state = watch.state === "submitted" ? "submitted" : "pending";
  if (waitedMs < policy.resendAfterMs) return stay(state);
  if (resends >= policy.maxResends) return stay("dropped");
  return { ...stay(state, { sentAt: at, resends: resends + 1 }), action: "resend" };
}
