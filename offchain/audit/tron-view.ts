/** A Paid event of one of our routers, in solidified blocks. */
export interface PaidEvent {
  readonly payoutId: string;
  /** TRON address. */
  readonly router: string;
  /** TRON address. */
  readonly to: string;
  readonly amount: bigint;
  readonly txid: string;
  readonly blockNumber: number;
}

/** A transfer of the token from the treasury, in solidified blocks. */
export interface TokenTransfer {
  /** TRON address. */
  readonly to: string;
  /** What the payee got. */
  readonly amount: bigint;
  readonly txid: string;
}

/** What an audit asks of TRON. Whoever connects to it fills it in; each method throws where TRON cannot be asked. */
export interface TronView {
  /** Payments of the statement of a month, oldest first, in pages. */
  paidEvents(month: string): AsyncIterable<readonly PaidEvent[]>;
  /** The token's transfers that a transaction made. */
  transfersOf(txid: string): Promise<readonly TokenTransfer[]>;
  /** Whether an address was on the token's blacklist when a block was made. */
  wasBlacklisted(address: string, blockNumber: number): Promise<boolean>;
}
