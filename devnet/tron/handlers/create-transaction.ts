import { checkTransfer } from "../contracts/transfer.ts";
import { ContractInvalid, JavaError } from "../errors.ts";
import { messageFromJson } from "../protobuf/from-json.ts";
import { buildTransaction } from "../transaction/build.ts";
import { transactionToJson } from "../transaction/to-json.ts";
import type { CallRequest } from "./request.ts";

/** Builds a transfer of TRX, after the checks of one. @throws {JavaError} ContractValidateException */
export function createTransaction({ view, now, params, isVisible, locate }: CallRequest) {
  const value = messageFromJson("TransferContract", params, isVisible, locate);
  try {
    checkTransfer(value, view.world, view.chain.parameters.newAccountFee);
  } catch (error) {
    if (!(error instanceof ContractInvalid)) throw error;
    throw new JavaError("org.tron.core.exception.ContractValidateException", error.message);
  }
  const transaction = buildTransaction(view, { type: "TransferContract", value, now });
  return { visible: isVisible, ...transactionToJson(transaction, isVisible) };
}
