import type { ChainStatus, ContractStatus } from "../../offchain/operation/chain-status.ts";
import type { OperatorStatus } from "../../offchain/operation/operator-status.ts";
import type { WorkStatus } from "../../offchain/operation/work-status.ts";
import type { LeaderScheduleDocument } from "../../offchain/store/documents.ts";

/** The status as `--json` prints it: without the decisions' transcripts, and times in ISO 8601. */
export function documentOf({ chain, store }: OperatorStatus) {
  return {
    store: "error" in store ? store : storeDocument(store.found),
    chain: "error" in chain ? chain : chainDocument(chain.found),
  };
}

function storeDocument({ store, time, decisions, oldestPendingAge, ...rest }: WorkStatus) {
  const oldestPendingSeconds = oldestPendingAge && Math.round(oldestPendingAge / 1_000);
  return {
    ...store,
    time: new Date(time).toISOString(),
    ...rest,
    oldestPendingSeconds,
    now: decisions.now && decisionDocument(decisions.now),
    next: decisions.next && decisionDocument(decisions.next),
  };
}

function decisionDocument({ slot, primary, fallbacks, result, block }: LeaderScheduleDocument) {
  return {
    slot,
    candidates: primary === undefined ? [] : [primary, ...fallbacks],
    winner: result?.winner,
    reason: result?.reason,
    detail: result?.detail,
    block: block?.hash,
  };
}

function chainDocument({ headTime, contracts, ...rest }: ChainStatus) {
  return { ...rest, headTime: new Date(headTime).toISOString(), contracts: contracts.map(contractDocument) };
}

function contractDocument({ name, state }: ContractStatus) {
  return "error" in state
    ? { contract: name, ...state }
    : { contract: name, address: state.found.address, paused: state.found.isPaused };
}
