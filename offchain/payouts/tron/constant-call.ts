import type { z } from "zod";
import { cutText } from "../../cut-text.ts";
import { hexOf, tronAddressOf } from "../../tron-address.ts";
import { payoutRefusal } from "../contracts/payout-refusal.ts";
import type { constantCallSchema } from "./answers.ts";
import { plainText } from "./broadcast-answer.ts";
import { TronError } from "./errors.ts";

/** A call of a contract. Addresses are base58check, data is hex with 0x. */
export interface TronCall {
  readonly contract: string;
  readonly data: string;
  /** Name of the method, for errors. */
  readonly name: string;
  /** Who calls. @default the zero address */
  readonly from?: string;
}

const ZERO = tronAddressOf(`0x${"0".repeat(40)}`);
const REVERTED = "REVERT opcode executed";

/** What `triggerconstantcontract` and `estimateenergy` are asked. */
export const constantBody = ({ contract, data, from = ZERO }: TronCall) => ({
  owner_address: `41${hexOf(from).slice(2)}`,
  contract_address: `41${hexOf(contract).slice(2)}`,
  data: data.slice(2),
  visible: false,
});

/**
 * A revert is answered with `result: true` and a message.
 *
 * @throws {TronError} TRON_CALL_REVERTED, TRON_CONTRACT_ABSENT
 */
export function requireReturned(
  answer: z.infer<typeof constantCallSchema>,
  { contract, name }: TronCall,
): void {
  const { result, constant_result: [data = ""] = [] } = answer;
  const message = plainText(result.message ?? "");
  if (result.result === true && message === "") return;
  if (/Smart contract is not exist/.test(message)) {
    throw new TronError({ code: "TRON_CONTRACT_ABSENT", contract, call: name });
  }
  const refusal =
    message === REVERTED && data !== ""
      ? payoutRefusal(`0x${data}`)
      : {
          error: cutText(message || result.code || "no result"),
          values: {},
          remedy: "See what the contract does there.",
        };
  throw new TronError({ code: "TRON_CALL_REVERTED", contract, call: name, ...refusal });
}
