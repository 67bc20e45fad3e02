import type { NewAnchorTransaction } from "../../store/documents.ts";
import { intrinsicGas, NO_FLOOR } from "../gas/intrinsic-gas.ts";

/** What a nonce is used for instead of a call that is not to be mined: nothing, sent to oneself. */
export function cancellationOf(account: string, txid: string) {
  const data = "0x";
  const gasLimit = BigInt(intrinsicGas(data, NO_FLOOR).intrinsic);
  const purpose: NewAnchorTransaction["purpose"] = "cancel";
  return { to: account, data, gasLimit, purpose, references: [txid] };
}
