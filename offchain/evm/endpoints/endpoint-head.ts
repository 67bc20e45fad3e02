import { toQuantity } from "ethers";
import { EvmError } from "../errors.ts";
import { isQuantity, isRecord } from "./plausible-answer.ts";
import type { RpcEndpoint } from "./rpc-endpoint.ts";

/** The newest block of an endpoint, as far as the endpoint can show it. */
export interface Head {
  readonly number: bigint;
  /** Unix seconds. */
  readonly timestamp: number;
  /** Blocks a second before it, where it was asked for and they came regularly. */
  readonly pace?: number | undefined;
}

/** Blocks over which the pace is measured, in two halves: 13 minutes where a block takes 12 s. */
const PACE_BLOCKS = 64n;
/** Halves that differ by more say that blocks come when there is something to do, not by a clock. */
const MAX_UNEVENNESS = 2;

/**
 * The head of an endpoint, with its block: a number alone is easily said. Where the endpoint does not have the block
 * that it calls the newest (a gateway whose nodes are not level does that too), its newest block counts.
 *
 * @param claimed what it has just answered to `eth_blockNumber`. @default it is asked
 * @throws {EvmError} RPC_UNREACHABLE when it does not answer, or shows no such block
 */
export async function readHead(endpoint: RpcEndpoint, claimed?: bigint): Promise<Head> {
  const number = claimed ?? (await endpoint.askQuantity("eth_blockNumber"));
  const head = (await readBlock(endpoint, toQuantity(number))) ?? (await readBlock(endpoint, "latest"));
  if (head !== undefined) return head;
  const reason = `it names block ${number} as its newest and shows no block`;
  throw new EvmError({ code: "RPC_UNREACHABLE", endpoint: endpoint.name, reason });
}

/**
 * The same, and how fast the chain has been of late, by what this endpoint shows of it.
 *
 * @throws {EvmError} RPC_UNREACHABLE
 */
export async function readHeadAndPace(endpoint: RpcEndpoint): Promise<Head> {
  const head = await readHead(endpoint);
  if (head.number < PACE_BLOCKS) return head;
  const [first, middle] = await Promise.all([
    readBlock(endpoint, toQuantity(head.number - PACE_BLOCKS)),
    readBlock(endpoint, toQuantity(head.number - PACE_BLOCKS / 2n)),
  ]);
  if (first === undefined || middle === undefined) return head;
  const earlier = middle.timestamp - first.timestamp;
  const later = head.timestamp - middle.timestamp;
  const isRegular = Math.min(earlier, later) * MAX_UNEVENNESS >= Math.max(earlier, later) && earlier > 0;
  return isRegular ? { ...head, pace: Number(PACE_BLOCKS) / (earlier + later) } : head;
}

/** A block by number or tag; undefined where the endpoint does not have it. */
async function readBlock(endpoint: RpcEndpoint, block: string): Promise<Head | undefined> {
  const { result } = await endpoint.ask({ id: 1, method: "eth_getBlockByNumber", params: [block, false] });
  if (!isRecord(result) || !isQuantity(result.number) || !isQuantity(result.timestamp)) return undefined;
  return { number: BigInt(result.number), timestamp: Number(result.timestamp) };
}
