/** Where a transaction is on its way; the last five are final. */
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

/** Everything that is remembered of a transaction between two looks at the chain. */
export interface Watch {
  readonly state: TransactionState;
  readonly nonce: number;
  /** When the watch began, in ms of the injected clock. */
  readonly since: number;
  /** When its bytes were last sent, as they were or for more. */
  readonly sentAt: number;
  /** How often it was sent again since a pool last held it, or the account's transactions last moved on. */
  readonly resends: number;
  /** Nonces of the account that were used up at the last look. @default none */
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

/** One look at the chain; what does not belong together (endpoints changed meanwhile) is no look. */
export interface Observation {
  /** When, in ms of the injected clock. */
  readonly at: number;
  /** Undefined where the chain could not be seen. */
  readonly chain: ChainSnapshot | undefined;
}

export interface ChainSnapshot {
  readonly head: number;
  /** Nonces of the account that are used up in the head. */
  readonly usedNonces: number;
  /** The same in the block that has k confirmations. */
  readonly finalNonces: number;
  /** Of whichever attempt with the nonce was mined. */
  readonly inclusion: Inclusion | undefined;
  /** Whether the node holds an attempt that is not mined. */
  readonly isInPool: boolean;
}

export interface MonitorPolicy {
  /** Blocks until a transaction is final, its own counted. */
  readonly confirmations: number;
  /** Bytes that no pool holds are sent again after this. */
  readonly resendAfterMs: number;
  /** After so many vain attempts to send them they count as dropped. */
  readonly maxResends: number;
  /** What waits in a pool for longer, and is next in line, is offered for more. */
  readonly bumpAfterMs: number;
  readonly timeoutMs: number;
}

export interface Decision {
  readonly watch: Watch;
  readonly action: "none" | "resend" | "bump";
}

/**
 * What one look at the chain makes of a transaction, and what is to be done about it.
 *
 * A final state is never left. Only blocks with k confirmations make something final; what a reorg takes away
 * goes back to pending, whatever was known of it before.
 */
export function decide(watch: Watch, { at, chain }: Observation, policy: MonitorPolicy): Decision {
  if (isFinal(watch.state)) return { watch, action: "none" };
  const seen = chain === undefined ? { watch, action: "none" as const } : look(watch, at, chain, policy);
  const isLate = at - watch.since >= policy.timeoutMs && !isFinal(seen.watch.state);
  return isLate ? { watch: { ...seen.watch, state: "timed-out" }, action: "none" } : seen;
}

function look(watch: Watch, at: number, chain: ChainSnapshot, policy: MonitorPolicy): Decision {
  const { inclusion, head, usedNonces, finalNonces, isInPool } = chain;
  // A full pool may have no room for what is not next in line: while those before it are mined it is not in vain.
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
  // Another transaction has the nonce for now, but a reorg may still take it away.
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
