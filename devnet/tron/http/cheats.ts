import { z } from "zod";
import { fromBase58Check } from "../address.ts";
import { parseBody } from "../handlers/request.ts";
import { printJson } from "../json/print-json.ts";
import type { LocalNode } from "../local-node.ts";
import type { HttpAnswer, HttpQuestion } from "./server.ts";

const probability = z.number().min(0).max(1);
const FAULTS = z.strictObject({
  lostAnswers: probability.exactOptional(),
  lostRequests: probability.exactOptional(),
  lostReads: probability.exactOptional(),
  rateLimited: probability.exactOptional(),
  serverBusy: probability.exactOptional(),
  noConnection: probability.exactOptional(),
  fewConnections: probability.exactOptional(),
  dupAfterRefusal: z.boolean().exactOptional(),
  vanishing: probability.exactOptional(),
  outOfTime: probability.exactOptional(),
  energyPriceMoves: z.boolean().exactOptional(),
  noEstimates: z.boolean().exactOptional(),
  forks: probability.exactOptional(),
});

const MOST_BLOCKS = 10_000;
const MINE = z.strictObject({ blocks: z.int().min(1).max(MOST_BLOCKS).default(1) });
const SET_TIME = z.strictObject({ timestamp: z.int().min(0) });
const INCREASE_TIME = z.strictObject({ milliseconds: z.int().min(0) });
const REVERT = z.strictObject({ id: z.int().min(1) });
const SET_BALANCE = z.strictObject({
  address: z.string().transform((text, context) => {
    const address = fromBase58Check(text);
    if (address !== undefined) return address.toString("hex");
    context.issues.push({ code: "custom", message: "is not an address in base58check", input: text });
    return z.NEVER;
  }),
  balance: z.union([z.int(), z.bigint()]).transform(BigInt),
});

type Cheat = (node: LocalNode, body: unknown) => Promise<unknown>;

const CHEATS: Readonly<Record<string, Cheat>> = {
  mine: async (node, body) => {
    await node.mine(MINE.parse(body).blocks);
    return { block: node.chain.head.number, timestamp: node.chain.head.timestamp };
  },
  setTime: async (node, body) => done(node.setTime(SET_TIME.parse(body).timestamp)),
  increaseTime: async (node, body) => done(node.increaseTime(INCREASE_TIME.parse(body).milliseconds)),
  snapshot: async (node) => ({ id: await node.snapshot() }),
  revert: async (node, body) => done(node.revert(REVERT.parse(body).id)),
  setFaults: async (node, body) => {
    node.faults.set(FAULTS.parse(body));
    return node.faults.faults;
  },
  dropUnsolidified: async (node) => done(node.dropUnsolidified()),
  dropPending: async (node) => done(node.dropPending()),
  setBalance: async (node, body) => {
    const { address, balance } = SET_BALANCE.parse(body);
    return await done(node.setBalance(address, balance));
  },
};

async function done(work: Promise<void>): Promise<{ result: true }> {
  await work;
  return { result: true };
}

const BAD_REQUEST = 400;
const NOT_FOUND = 404;

/** Runs a cheat call: POST /tre/NAME with a JSON object. A wrong one is answered with status 400 or 404. */
export async function cheat(
  node: LocalNode,
  name: string,
  { method, body }: HttpQuestion,
): Promise<HttpAnswer> {
  const run = CHEATS[name];
  if (run === undefined || method !== "POST")
    return answer(NOT_FOUND, {
      error: `there is no cheat call POST /tre/${name}: ${Object.keys(CHEATS).join(", ")}`,
    });
  try {
    return answer(200, await run(node, parseBody(body) ?? {}));
  } catch (error) {
    if (error instanceof z.ZodError) return answer(BAD_REQUEST, { error: z.prettifyError(error) });
    if (error instanceof RangeError) return answer(BAD_REQUEST, { error: error.message });
    throw error;
  }
}

const answer = (status: number, value: unknown): HttpAnswer => ({
  status,
  contentType: "application/json;charset=utf-8",
  body: `${printJson(value)}\n`,
});
