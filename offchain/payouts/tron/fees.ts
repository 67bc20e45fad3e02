/** What the chain charges now, in sun (10^-6 TRX). */
export interface TronPrices {
  /** One energy. */
  readonly energy: bigint;
  /** One byte of bandwidth. */
  readonly bandwidth: bigint;
  /** The highest fee limit that a transaction may have. */
  readonly maxFeeLimit: bigint;
}

/** What an account can pay with. */
export interface TronAccount {
  /** sun */
  readonly balance: bigint;
  /** From staked TRX. */
  readonly energy: bigint;
  /** Bytes that cost nothing. */
  readonly bandwidth: bigint;
}

/** What a transaction may cost. */
export interface TronFees {
  /** Energy that it takes as things are. */
  readonly energy: bigint;
  /** sun; bounds staked energy too. */
  readonly feeLimit: bigint;
  /** What it will burn as things are, in sun. */
  readonly expected: bigint;
  /** sun for its bytes, which the fee limit does not bound. */
  readonly bandwidthFee: bigint;
}

export const SUN_PER_TRX = 1_000_000n;

/**
 * A contract's energy factor rises by at most a fifth with each maintenance cycle, and what is written may cost more when
 * it is written than when it was estimated.
 */
const MARGIN_PERCENT = 25n;

/** The signature and what surrounds it; java-tron counts 64 bytes for the result. */
const BYTES_AROUND = 64n + 5n;

/**
 * Fees of a call.
 *
 * @param energy of a constant call
 * @param reserve energy that has to be left over, though it is not charged
 * @param bytes of the signed transaction
 */
export function feesOf(
  { energy, reserve, bytes }: { readonly energy: bigint; readonly reserve: bigint; readonly bytes: number },
  prices: TronPrices,
  account: TronAccount,
): TronFees {
  const limit = energy + (energy * MARGIN_PERCENT) / 100n + reserve;
  const size = BigInt(bytes) + BYTES_AROUND;
  // All or nothing: what is free does not pay for a part.
  const bandwidthFee = size <= account.bandwidth ? 0n : size * prices.bandwidth;
  const burned = energy > account.energy ? energy - account.energy : 0n;
  return {
    energy,
    feeLimit: limit * prices.energy,
    expected: burned * prices.energy + bandwidthFee,
    bandwidthFee,
  };
}

/** TRX that the account lacks, in sun, for the fee limit to be worth something; 0 where it has enough. */
export function missingForFees(fees: TronFees, prices: TronPrices, account: TronAccount): bigint {
  const needed = fees.feeLimit - account.energy * prices.energy;
  const missing = (needed > 0n ? needed : 0n) + fees.bandwidthFee - account.balance;
  return missing > 0n ? missing : 0n;
}

/** @param sun e.g. 1500000 for `1.5` */
export function formatTrx(sun: bigint): string {
  const fraction = (sun % SUN_PER_TRX).toString().padStart(6, "0").replace(/0+$/, "");
  return fraction === "" ? `${sun / SUN_PER_TRX}` : `${sun / SUN_PER_TRX}.${fraction}`;
}
