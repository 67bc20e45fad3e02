import type { ChainPayment, StrayTransfer } from "../payouts/reconcile/differences.ts";

export interface TronMovements {
  readonly payments: readonly ChainPayment[];
  readonly strays: readonly StrayTransfer[];
}

/** What an audit asks of TRON; each method throws where TRON cannot be asked. */
export interface TronView {
  /**
   * Reads, in solidified blocks, what our routers paid and what else left their treasuries, oldest first.
   *
   * @param onBlocks told how many blocks are read, of how many
   */
  movements(onBlocks?: (done: number, total: number) => void): Promise<TronMovements>;
  /** Whether an address was on the token's blacklist at the end of a block. @param address base58check */
  wasBlacklisted(address: string, block: number): Promise<boolean>;
}
