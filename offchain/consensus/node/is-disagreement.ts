import { ConsensusError } from "../errors.ts";
import { RuleError } from "../rules/errors.ts";

const DISAGREEMENTS: ReadonlySet<string> = new Set<ConsensusError["code"]>([
  "TALLY_DIFFERS",
  "DECISION_DIFFERS",
  "WORK_TALLY_DIFFERS",
  "EPOCH_ROOT_DIFFERS",
  "CHAIN_REORGANISED_BELOW_CONFIRMATIONS",
]);

/** Whether an error says that this node and the others, or the chain as it was, conclude different things. */
export function isDisagreement(error: unknown): error is ConsensusError | RuleError {
  // What the rules refuse cannot have come from verified proofs and one chain: it stays so however often it is tried.
  return error instanceof RuleError || (error instanceof ConsensusError && DISAGREEMENTS.has(error.code));
}
