import type { NewAnchorTransaction } from "../../store/documents.ts";
import { intrinsicGas, NO_FLOOR } from "../gas/intrinsic-gas.ts";

/** The transaction that uses the nonce of a call that must not be mined: a transfer of nothing to the sender itself. */
export function cancellationOf(account: string, txid: string) {
  const data = "0x";
  const gasLimit = BigInt(intrinsicGas(data, NO_FLOOR).intrinsic);
  const purpose: NewAnchorTransaction["purpose"] = "cancel";
  return { to: account, data, gasLimit, purpose, references: [txid] };
}
