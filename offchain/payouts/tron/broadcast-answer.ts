import { z } from "zod";
import { cutText } from "../../cut-text.ts";

/**
 * What a node's answer to a broadcast means.
 * - `accepted`: one node took it; it says nothing of the outcome.
 * - `perhaps`: it may have been taken all the same, so only the solidified state tells.
 * - `refused-for-now`: not taken, and the same bytes may be taken later.
 * - `refused`: not taken, and these bytes will not be taken by such a node.
 *
 * None of them is proof: whatever the answer, a transaction is dead only when the chain says so (see `transaction-fate.ts`).
 */
export type BroadcastMeaning = "accepted" | "perhaps" | "refused-for-now" | "refused";

export interface BroadcastAnswer {
  readonly meaning: BroadcastMeaning;
  /** The node's code; `NO_ANSWER` where there was none, `ERROR` where its HTTP server failed. */
  readonly code: string;
  readonly message: string;
}

/** Codes by which a node says that it did not take a transaction, apart from CONTRACT_VALIDATE_ERROR. */
const REFUSALS: ReadonlyMap<string, BroadcastMeaning> = new Map([
  ["SIGERROR", "refused"],
  ["TRANSACTION_EXPIRATION_ERROR", "refused"],
  ["TOO_BIG_TRANSACTION_ERROR", "refused"],
  // A node that does not know the block yet says the same as one that never will.
  ["TAPOS_ERROR", "refused-for-now"],
  // java-tron spells it like this.
  ["BANDWITH_ERROR", "refused-for-now"],
  ["BANDWIDTH_ERROR", "refused-for-now"],
]);

/** What in a CONTRACT_VALIDATE_ERROR lies in the bytes themselves. Everything else, e.g. a balance, may change. */
const LASTING = [
  /No contract!$/,
  /feeLimit must be/,
  /Amount must be greater than 0/,
  /Cannot transfer TRX to yourself/,
  /Cannot transfer TRX to a smartContract/,
  /Invalid toAddress/,
];

/** broadcasthex tells success with `result`, broadcasttransaction leaves it out where it failed. */
const answerSchema = z.looseObject({
  result: z.boolean().optional(),
  code: z.string().optional(),
  message: z.string().optional(),
  Error: z.string().optional(),
});

/**
 * Reads what a node answered to a broadcast. Codes that are not known mean `perhaps`: DUP_TRANSACTION_ERROR too, which
 * some versions answer for bytes that they had refused.
 */
export function readBroadcastAnswer(answer: unknown): BroadcastAnswer {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) return { meaning: "perhaps", code: "ERROR", message: "the answer is not a node's" };
  const { result, code = "ERROR", message = "", Error: failure } = parsed.data;
  if (failure !== undefined) return { meaning: "perhaps", code: "ERROR", message: cutText(failure) };
  if (result === true) return { meaning: "accepted", code: "SUCCESS", message: "" };
  const text = cutText(plainText(message));
  return { meaning: meaningOf(code, text), code: cutText(code), message: text };
}

/** Where the connection failed after, or while, it was sent. */
export function noAnswer(reason: string): BroadcastAnswer {
  return { meaning: "perhaps", code: "NO_ANSWER", message: cutText(reason) };
}

/** The one of several nodes' answers to the same bytes that says most. */
export function strongestAnswer(answers: readonly [BroadcastAnswer, ...BroadcastAnswer[]]): BroadcastAnswer {
  const order: BroadcastMeaning[] = ["accepted", "perhaps", "refused-for-now", "refused"];
  return answers.reduce((best, one) =>
    order.indexOf(one.meaning) < order.indexOf(best.meaning) ? one : best,
  );
}

function meaningOf(code: string, message: string): BroadcastMeaning {
  if (code !== "CONTRACT_VALIDATE_ERROR") return REFUSALS.get(code) ?? "perhaps";
  return LASTING.some((pattern) => pattern.test(message)) ? "refused" : "refused-for-now";
}

/** Messages are hex of ASCII, or plain with broadcasthex. */
export function plainText(message: string): string {
  if (message.length % 2 === 1 || !/^[0-9a-f]+$/i.test(message)) return message;
  return Buffer.from(message, "hex").toString("latin1");
}
