import type { ChainPayment, StrayTransfer } from "../payouts/reconcile/differences.ts";
import type { OpenedStatement } from "../payouts/reconcile/read-blocks.ts";

export interface TronMovements {
  readonly payments: readonly ChainPayment[];
  readonly strays: readonly StrayTransfer[];
  /** Statements that our routers opened. */
  readonly opened: readonly OpenedStatement[];
}

/** What an audit asks of TRON; each method throws where TRON cannot be asked. */
export interface TronView {
  /**
   * Reads, in solidified blocks, what our routers paid and what else left their treasuries, oldest first.
   *
   * @param onBlocks told how many blocks are read, of how many
   */
  movements(onBlocks?: (done: number, total: number) => void): Promise<TronMovements>;
  /** What a router paid in a transaction, whichever block it is in, and be the router one of earlier days. */
  paymentsIn(txid: string, router: string): Promise<readonly ChainPayment[]>;
  /** Whether an address was on the token's blacklist when a block began. @param address base58check */
  wasBlacklisted(address: string, block: number): Promise<boolean>;
}
