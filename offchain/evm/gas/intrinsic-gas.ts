import { getBytes, hexlify } from "ethers";
import type { ChainProvider } from "../chain-provider.ts";

const TRANSACTION_GAS = 21_000;
const ZERO_BYTE_GAS = 4;
const NONZERO_BYTE_GAS = 16;

/** The floor price of calldata, whatever a call does (EIP-7623 and its successors), in gas per byte. */
export interface CalldataFloor {
  readonly zeroByte: number;
  readonly nonzeroByte: number;
}

/** Of chains without a floor. */
export const NO_FLOOR: CalldataFloor = { zeroByte: 0, nonzeroByte: 0 };

/** What a transaction pays before the first opcode runs. */
export interface IntrinsicGas {
  readonly intrinsic: number;
  /** What it pays at least, whatever it does; 0 on chains without a floor. */
  readonly floor: number;
}

/** Gas that follows from the calldata alone. */
export function intrinsicGas(data: string, { zeroByte, nonzeroByte }: CalldataFloor): IntrinsicGas {
  let zeros = 0;
  const bytes = getBytes(data);
  for (const byte of bytes) if (byte === 0) zeros += 1;
  const nonzeros = bytes.length - zeros;
  return {
    intrinsic: TRANSACTION_GAS + ZERO_BYTE_GAS * zeros + NONZERO_BYTE_GAS * nonzeros,
    floor: nonzeroByte === 0 ? 0 : TRANSACTION_GAS + Math.ceil(zeroByte * zeros + nonzeroByte * nonzeros),
  };
}

/** Bytes from which the price of one is measured: nodes estimate a little above what is needed. */
const PROBE_BYTES = 1_000;
/** An unused account: no code runs there. */
const NOBODY = "0x00000000000000000000000000000000007e0b0d";

/**
 * Measures what calldata costs on this chain when no code runs. Forks have changed it, so it is measured.
 *
 * @throws what the node answers
 */
export async function readCalldataFloor(provider: ChainProvider): Promise<CalldataFloor> {
  const priceOf = async (byte: number) => {
    const data = hexlify(new Uint8Array(PROBE_BYTES).fill(byte));
    const gas = await provider.send("eth_estimateGas", [{ from: NOBODY, to: NOBODY, data }, "latest"]);
    return (Number(gas) - TRANSACTION_GAS) / PROBE_BYTES;
  };
  const [zeroByte, nonzeroByte] = await Promise.all([priceOf(0), priceOf(0xff)]);
  return { zeroByte, nonzeroByte };
}
