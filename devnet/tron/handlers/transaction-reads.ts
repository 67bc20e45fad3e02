import { appliedToJson } from "../answers/block-to-json.ts";
import { infoToJson } from "../answers/info-to-json.ts";
import { bytesParam, type CallRequest, type Handler, integerParam } from "./request.ts";

/** A transaction or a block by its id, which is never in base58. */
export const idOf = (request: CallRequest): string =>
  bytesParam({ ...request, isVisible: false }, "value")?.toString("hex") ?? "";

export const transactionById: Handler = (request) => {
  const found = request.view.transaction(idOf(request));
  return found === undefined ? {} : appliedToJson(found.applied, request.isVisible);
};

export const transactionInfoById: Handler = (request) => {
  const found = request.view.transaction(idOf(request));
  return found?.block === undefined ? {} : infoToJson(found.applied, found.block, request.isVisible);
};

export const infoByBlock: Handler = (request) => {
  const block = request.view.blockByNumber(integerParam(request, "num"));
  if (block?.witnessSignature === undefined) return [];
  return block.transactions.map((applied) => infoToJson(applied, block, request.isVisible));
};

export const pendingTransaction: Handler = (request) => {
  const found = request.view.pending(idOf(request));
  return found === undefined ? {} : appliedToJson(found, request.isVisible);
};
export const pendingIds: Handler = ({ view }) => {
  const ids = view.chain.pending.map(({ transaction }) => transaction.id);
  return ids.length === 0 ? {} : { txId: ids };
};
export const pendingSize: Handler = ({ view }) => ({ pendingSize: view.chain.pending.length });
