import { RuleError, type RuleErrorDetails } from "../../offchain/consensus/rules/errors.ts";

/** What a rule refused its inputs with. */
export function ruleFailure(act: () => unknown): RuleErrorDetails {
  try {
    act();
  } catch (error) {
    if (error instanceof RuleError) return error.details;
    throw error;
  }
  throw new Error("expected a RuleError, and nothing was thrown");
}
