import { isError, Transaction } from "ethers";
import type { LucidError } from "../../errors.ts";
import type { ChainProvider } from "../chain-provider.ts";
import { EvmError } from "../errors.ts";
import type { CallCodec } from "./call-codec.ts";
import type { Inclusion } from "./monitor-decision.ts";

/**
 * Why a mined transaction reverted: the same call again, on the state after its block and then on the one before
 * it. The first shows what others changed in the same block, the second what the block itself undid.
 *
 * @returns TRANSACTION_FAILED, with the custom error as its cause if a repeated call reverts.
 */
export async function explainRevert(
  provider: ChainProvider,
  rawSigned: string,
  action: string,
  { txid, blockNumber }: Inclusion,
  { decodeRevert }: CallCodec,
): Promise<LucidError> {
  const { from, to, data, gasLimit, value } = Transaction.from(rawSigned);
  const receipt = await provider.getTransactionReceipt(txid);
  for (const blockTag of [blockNumber, blockNumber - 1]) {
    try {
      await provider.call({ from, to, data, value, gasLimit, blockTag });
    } catch (error) {
      const failure = isError(error, "CALL_EXCEPTION") ? decodeRevert(error.data, action) : undefined;
      if (failure !== undefined) {
        const reason = failure.message;
        const details = { code: "TRANSACTION_FAILED", txid, action, blockNumber, reason } as const;
        return new EvmError(details, { cause: failure });
      }
    }
  }
  const reason =
    receipt?.gasUsed === gasLimit ? `it ran out of its ${gasLimit} gas` : "a repetition does not revert";
  return new EvmError({ code: "TRANSACTION_FAILED", txid, action, blockNumber, reason });
}
