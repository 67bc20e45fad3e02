import type { LucidAnchorsClient } from "../contracts/lucid-anchors/client.ts";
import { eachDocument } from "../store/repositories/repository.ts";
import type { Store } from "../store/store.ts";

/**
 * Whether another attempt of a transaction was mined: a leader names the newest attempt when its time is up, and an
 * earlier one of the same nonce may have been the one that was included.
 */
export async function wasMinedOtherwise(
  txid: string,
  {
    store,
    anchors,
  }: { readonly store: Pick<Store, "anchorTransactions">; readonly anchors: LucidAnchorsClient },
): Promise<boolean> {
  const named = await store.anchorTransactions.get(txid);
  if (named === undefined) return false;
  const account = { chainId: named.chain_id, from: named.from_addr };
  const attempts = eachDocument((page) => store.anchorTransactions.byNonce(account, named.nonce, page));
  for await (const { _id } of attempts) {
    if (_id !== txid && (await anchors.receiptOf(_id)) !== undefined) return true;
  }
  return false;
}
