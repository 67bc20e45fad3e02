import type { Wallet } from "ethers";
import { publicKeyOf } from "../vrf.ts";

/** A node that this process runs: its keys, and the address that it is known by. */
export interface Identity {
  /** Address in lower case. */
  readonly nodeId: string;
  /** Signs proofs, blocks and validations, and sends the transactions of the slots that it leads. */
  readonly wallet: Wallet;
  /** 32 bytes. */
  readonly vrfSecretKey: Uint8Array;
  /** What it registers: 32 bytes hex. */
  readonly vrfPublicKey: string;
}

/** @throws {RangeError} when the VRF's secret key does not have 32 bytes */
export function identityOf(wallet: Wallet, vrfSecretKey: Uint8Array): Identity {
  const vrfPublicKey = `0x${Buffer.from(publicKeyOf(vrfSecretKey)).toString("hex")}`;
  return { nodeId: wallet.address.toLowerCase(), wallet, vrfSecretKey, vrfPublicKey };
}
