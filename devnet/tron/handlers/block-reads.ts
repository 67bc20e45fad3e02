import { blockToJson } from "../answers/block-to-json.ts";
import type { View } from "../answers/view.ts";
import { PlainError } from "../errors.ts";
import type { JsonObject } from "../json/parse-json.ts";
import { type CallRequest, type Handler, integerParam } from "./request.ts";
import { idOf } from "./transaction-reads.ts";

export const nowBlock: Handler = ({ view, isVisible }) => blockToJson(view.head, isVisible);

export const blockByNumber: Handler = (request) => {
  const block = request.view.blockByNumber(integerParam(request, "num"));
  return block === undefined ? {} : blockToJson(block, request.isVisible);
};

export const blockById: Handler = (request) => {
  const block = request.view.blockById(idOf(request));
  return block === undefined ? {} : blockToJson(block, request.isVisible);
};

/** The head, or the block of a number or an id; with transactions only where `detail` is asked for. */
export const block: Handler = ({ view, params, isVisible }) => {
  const wanted = params.id_or_num;
  const found = wanted === undefined ? view.head : blockByName(view, String(wanted));
  return found === undefined ? {} : blockToJson(found, isVisible, params.detail === true);
};

function blockByName(view: View, name: string) {
  if (/^\d+$/.test(name)) return view.blockByNumber(Number(name));
  if (/^[0-9a-fA-F]{64}$/.test(name)) return view.blockById(name.toLowerCase());
  throw new PlainError("id must be legal block hash.");
}

/** More blocks than these are not answered at once. */
const MOST_BLOCKS = 100;

export const latestBlocks: Handler = (request) => {
  const count = Math.min(integerParam(request, "num"), MOST_BLOCKS);
  const { view } = request;
  return blocksToJson(request, Math.max(0, view.head.number - count + 1), view.head.number + 1);
};

export const blocksBetween: Handler = (request) => {
  const [start, end] = [integerParam(request, "startNum"), integerParam(request, "endNum")];
  return blocksToJson(request, Math.max(0, start), Math.min(end, start + MOST_BLOCKS));
};

function blocksToJson({ view, isVisible }: CallRequest, start: number, end: number): JsonObject {
  const numbers = Array.from({ length: Math.max(0, end - start) }, (_, index) => start + index);
  const blocks = numbers.map((number) => view.blockByNumber(number)).filter((found) => found !== undefined);
  return blocks.length === 0 ? {} : { block: blocks.map((found) => blockToJson(found, isVisible)) };
}

export const transactionCount: Handler = (request) => {
  const found = request.view.blockByNumber(integerParam(request, "num"));
  return { count: found === undefined ? -1 : found.transactions.length };
};
