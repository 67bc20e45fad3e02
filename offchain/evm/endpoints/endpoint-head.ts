import { toQuantity } from "ethers";
import { EvmError } from "../errors.ts";
import { isQuantity, isRecord } from "./plausible-answer.ts";
import type { RpcEndpoint } from "./rpc-endpoint.ts";

/** The newest block of an endpoint, as far as the endpoint can show it. */
export interface Head {
  readonly number: bigint;
  /** Unix seconds. */
  readonly timestamp: number;
  /** Blocks per second before it, if that was requested and they came regularly. */
  readonly pace?: number | undefined;
}

/** Blocks over which the pace is measured, in two halves: 13 minutes at 12 s per block. */
const PACE_BLOCKS = 64n;
/** If the halves differ by more, the chain makes blocks on demand, not at regular times. */
const MAX_UNEVENNESS = 2;

/**
 * The head of an endpoint, with its block: a number alone is easily claimed. If the endpoint does not have the block that
 * it calls the newest (as with a gateway whose nodes are at different heights), its newest block counts.
 *
 * @param claimed its latest answer to `eth_blockNumber`. @default it is requested
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
 * The same, with the chain's recent pace as this endpoint shows it.
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
