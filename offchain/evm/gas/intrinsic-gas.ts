import { getBytes } from "ethers";

const TRANSACTION_GAS = 21_000;
const ZERO_BYTE_GAS = 4;
const NONZERO_BYTE_GAS = 16;
/** EIP-7623: a byte counts as one token if it is zero, as four if not, and a token costs at least this much. */
const NONZERO_BYTE_TOKENS = 4;
const FLOOR_GAS_PER_TOKEN = 10;

/** What a transaction pays before the first opcode runs. */
export interface IntrinsicGas {
  readonly intrinsic: number;
  /** What it pays at least, whatever it does; 0 on chains before EIP-7623. */
  readonly floor: number;
}

/**
 * Gas that follows from the calldata alone.
 *
 * @param hasFloor whether the chain has EIP-7623, which came with Prague
 */
export function intrinsicGas(data: string, hasFloor: boolean): IntrinsicGas {
  let zeros = 0;
  const bytes = getBytes(data);
  for (const byte of bytes) if (byte === 0) zeros += 1;
  const nonzeros = bytes.length - zeros;
  const tokens = zeros + NONZERO_BYTE_TOKENS * nonzeros;
  return {
    intrinsic: TRANSACTION_GAS + ZERO_BYTE_GAS * zeros + NONZERO_BYTE_GAS * nonzeros,
    floor: hasFloor ? TRANSACTION_GAS + FLOOR_GAS_PER_TOKEN * tokens : 0,
  };
}
