import { RuleError } from "./errors.ts";

/**
 * The sum of two whole numbers from 0 to 2^53 - 1, where it is one too: a float beyond that drops units, and which
 * ones depends on the order of adding.
 *
 * @param quantity what is added up, in the plural, for the message
 * @throws {RuleError} CREDITS_NOT_EXACT
 */
export function exactSum(a: number, b: number, entityId: string, quantity: string): number {
  const sum = a + b;
  if (sum > Number.MAX_SAFE_INTEGER) throw new RuleError({ code: "CREDITS_NOT_EXACT", entityId, quantity });
  return sum;
}
