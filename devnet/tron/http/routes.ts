import { View } from "../answers/view.ts";
import { JavaError, PlainError } from "../errors.ts";
import { broadcastHex, broadcastTransaction } from "../handlers/broadcast.ts";
import { triggerConstantContract, triggerSmartContract } from "../handlers/constant-call.ts";
import { createTransaction } from "../handlers/create-transaction.ts";
import { estimateEnergy } from "../handlers/estimate-energy.ts";
import { SHARED_READS, WALLET_READS } from "../handlers/reads.ts";
import {
  type CallRequest,
  type Handler,
  locator,
  paramsOf,
  parseBody,
  parseQuery,
} from "../handlers/request.ts";
import { approvedList, signWeight } from "../handlers/sign-weight.ts";
import { printJson } from "../json/print-json.ts";
import type { LocalNode } from "../local-node.ts";
import { cheat } from "./cheats.ts";
import { notSupported } from "./jetty.ts";
import type { HttpAnswer, HttpQuestion } from "./server.ts";

const CALLS: Readonly<Record<string, Handler>> = {
  triggerconstantcontract: triggerConstantContract,
  estimateenergy: estimateEnergy,
};

const SOLIDITY: Readonly<Record<string, Handler>> = { ...SHARED_READS, ...CALLS };
const WALLET: Readonly<Record<string, Handler>> = {
  ...SOLIDITY,
  ...WALLET_READS,
  createtransaction: createTransaction,
  getsignweight: signWeight,
  getapprovedlist: approvedList,
  triggersmartcontract: triggerSmartContract,
};

const BROADCASTS = ["broadcasttransaction", "broadcasthex"];

/** Which services a port has. */
export interface Services {
  readonly wallet: boolean;
  readonly solidity: boolean;
}

/** Answers the calls of a node's services, and the cheat calls beside /wallet. */
export function router(node: LocalNode, services: Services): (question: HttpQuestion) => Promise<HttpAnswer> {
  return async (question) => {
    const [, service = "", name = "", ...rest] = question.path.split("/");
    const isKnown = rest.length === 0 && ["GET", "POST"].includes(question.method);
    if (isKnown && service === "tre" && services.wallet) return await cheat(node, name, question);
    if (isKnown && service === "wallet" && services.wallet) {
      if (BROADCASTS.includes(name)) return await broadcast(node, name, question);
      const handler = WALLET[name];
      if (handler !== undefined) return await call(node, handler, question, false);
    }
    if (isKnown && service === "walletsolidity" && services.solidity) {
      const handler = SOLIDITY[name];
      if (handler !== undefined) return await call(node, handler, question, true);
    }
    return notSupported(question);
  };
}

async function call(
  node: LocalNode,
  handler: Handler,
  question: HttpQuestion,
  isSolid: boolean,
): Promise<HttpAnswer> {
  if (node.faults.happens("lostReads")) return "hang-up";
  return await answered(async () => {
    refuseOverRate(node);
    if (handler === estimateEnergy && node.faults.faults.noEstimates) return ESTIMATES_OFF;
    const body = question.method === "GET" ? undefined : parseBody(question.body);
    const params = question.method === "GET" ? parseQuery(question.query) : paramsOf(body);
    return await node.inTurn(() => {
      const view = new View(node.chain, isSolid);
      const locate = locator(question.body);
      const isVisible = params.visible === true;
      const request: CallRequest = { view, now: node.now, params, body, isVisible, locate };
      return handler(request);
    });
  });
}

async function broadcast(node: LocalNode, name: string, question: HttpQuestion): Promise<HttpAnswer> {
  if (question.method === "GET") return notSupported(question);
  if (node.faults.happens("lostRequests")) return "hang-up";
  const answer = await answered(async () => {
    refuseOverRate(node);
    const body = parseBody(question.body);
    return await node.inTurn(async () =>
      name === "broadcasthex"
        ? await broadcastHex(paramsOf(body), (transaction) => node.accept(transaction))
        : await broadcastTransaction(body, (transaction) => node.accept(transaction)),
    );
  });
  return node.faults.happens("lostAnswers") ? "hang-up" : answer;
}

/** What a node answers to estimateenergy where it is off. */
const ESTIMATES_OFF = {
  result: {
    code: "OTHER_ERROR",
    message: Buffer.from("this node does not support estimate energy").toString("hex"),
  },
};

/** @throws {JavaError} where the rate is said to be exceeded */
function refuseOverRate(node: LocalNode): void {
  if (node.faults.happens("rateLimited"))
    throw new JavaError("java.lang.IllegalAccessException", "lack of computing resources");
}

/** Every answer of a node has status 200, failures among them. */
async function answered(work: () => Promise<unknown>): Promise<HttpAnswer> {
  try {
    return json(await work());
  } catch (error) {
    if (error instanceof JavaError) return json({ Error: error.text });
    if (error instanceof PlainError) return json({ Error: error.message });
    throw error;
  }
}

export const json = (value: unknown): HttpAnswer => ({
  status: 200,
  contentType: "application/json;charset=utf-8",
  body: `${printJson(value)}\n`,
});
