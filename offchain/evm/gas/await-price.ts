import { setTimeout as sleep } from "node:timers/promises";
import type { ChainProvider } from "../chain-provider.ts";
import { readFees } from "./fees.ts";
import { expectedPrice } from "./gas-estimator.ts";

/** About a block of a public chain: the price does not change in between. */
const LOOK_EVERY_MS = 5_000;

/**
 * Waits until a unit of gas costs no more than `target`, but never beyond `maxWaitMs`.
 *
 * @param target wei
 * @param signal ends the wait, with its reason
 * @param now Unix milliseconds
 * @returns The price at which the wait ended.
 */
export async function awaitPrice(
  provider: ChainProvider,
  target: bigint,
  maxWaitMs: number,
  signal: AbortSignal,
  now: () => number = Date.now,
): Promise<bigint> {
  const deadline = now() + maxWaitMs;
  for (;;) {
    const price = expectedPrice(await readFees(provider));
    const leftMs = deadline - now();
    if (price <= target || leftMs <= 0) return price;
    await sleep(Math.min(LOOK_EVERY_MS, leftMs), undefined, { signal });
  }
}
