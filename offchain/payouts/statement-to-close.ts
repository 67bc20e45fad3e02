import { ZeroHash } from "ethers";
import type { OpenStatement } from "./closing.ts";
import { PayoutServiceError } from "./service/errors.ts";
import type { PayoutChain, StatementOnChain } from "./service/payout-chain.ts";
import type { KnownRouter } from "./service/verify-row.ts";

/** What a statement is looked up by that is to be closed: one that pays a month, or a request. */
export interface StatementToClose {
  /** The month, or the request's reference. */
  readonly name: string;
  readonly period: bigint;
  /** That with KYC for a month, the other one for a request. */
  readonly router: KnownRouter;
  /** `block.chainid` of TRON. */
  readonly chainId: bigint;
}

/** A statement, and what its router knows of it. */
export interface StatementAtRouter {
  readonly statement: OpenStatement;
  readonly onChain: StatementOnChain;
}

/**
 * The statement that is open in a period, and may be closed.
 *
 * @throws {PayoutServiceError} STATEMENT_NOT_OPEN
 */
export async function requireOpenStatement(
  { name, period, router, chainId }: StatementToClose,
  chain: PayoutChain,
): Promise<StatementAtRouter> {
  const root = await chain.openRoot(router, period);
  if (root === ZeroHash) {
    throw new PayoutServiceError({ code: "STATEMENT_NOT_OPEN", router: router.address, of: name, period });
  }
  const onChain = await chain.statementOf(router, root, "head");
  return { statement: { period, root, router, chainId }, onChain };
}
