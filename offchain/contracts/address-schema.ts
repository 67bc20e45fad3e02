import { getAddress } from "ethers";
import { z } from "zod";

/** An EVM address as Lucid's files hold it: with its EIP-55 checksum, so that a mistyped one is refused. */
export const addressSchema = z.string().refine((value) => {
  try {
    return getAddress(value) === value;
  } catch {
    return false;
  }
}, "expected an EIP-55 address");
