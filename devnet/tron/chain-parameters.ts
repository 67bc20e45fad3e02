/** What a committee sets on the chain. Amounts in sun, times in milliseconds. */
export interface ChainParameters {
  readonly maintenanceIntervalMs: number;
  readonly bandwidthPrice: bigint;
  /** Bandwidth that every account has for free, bytes a day. */
  readonly freeBandwidth: number;
  /** For bringing a new account into being by a transfer, in place of bandwidth. */
  readonly createAccountFee: bigint;
  /** Likewise, in addition. */
  readonly newAccountFee: bigint;
  readonly memoFee: bigint;
  readonly maxFeeLimit: bigint;
  /** Energy that a contract's callers may use in a maintenance cycle before its energy becomes more expensive. */
  readonly dynamicEnergyThreshold: number;
  /** In 1/10,000 a cycle. */
  readonly dynamicEnergyIncrease: number;
  readonly dynamicEnergyMax: number;
}

/** Mainnet's, as far as the recorded chain had them. */
export const MAINNET_PARAMETERS: ChainParameters = {
  maintenanceIntervalMs: 21_600_000,
  bandwidthPrice: 1_000n,
  freeBandwidth: 600,
  createAccountFee: 100_000n,
  newAccountFee: 1_000_000n,
  memoFee: 1_000_000n,
  maxFeeLimit: 15_000_000_000n,
  dynamicEnergyThreshold: 5_000_000_000,
  dynamicEnergyIncrease: 2_000,
  dynamicEnergyMax: 34_000,
};

/** The price of energy at first, in sun. */
export const ENERGY_PRICE = 100n;
/** 1 TRX in sun. */
export const TRX = 1_000_000n;
