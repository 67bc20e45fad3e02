import { toQuantity } from "ethers";
import type { ChainProvider } from "../chain-provider.ts";
import type { SampleCall } from "./sample-call.ts";

/** EIP-7825: no sample needs more. */
const MOST_GAS = 2n ** 24n;
/** The search ends this close above what is needed. */
const CLOSE_ENOUGH_PER_MILLE = 1n;
/** Nodes end their own search at 15 in a thousand, so what is needed is above this share of their estimate. */
const LEAST_PERCENT_OF_ESTIMATE = 97n;
/** A node that ignores the state of a call estimates one of an empty account: what its calldata costs, or little more. */
const IGNORED_PERCENT = 103n;

/**
 * The least gas limit with which a sample call succeeds on this chain, or a thousandth more. eth_estimateGas comes near
 * it where the node takes a state in it; else it is searched with eth_call, in which more nodes take one.
 *
 * @param empty what the same calldata costs where no code runs
 * @returns Undefined where the node takes a state in neither of them.
 * @throws what the node answers to a call that fails with any gas
 */
export async function leastGas(
  provider: ChainProvider,
  { from, to, data, state }: SampleCall,
  empty: bigint,
): Promise<bigint | undefined> {
  const isOfTheState = (gas: bigint) => gas * 100n > empty * IGNORED_PERCENT;
  const call = { from, to, data };
  const tryWith = (gas: bigint) =>
    provider.send("eth_call", [{ ...call, gas: toQuantity(gas) }, "latest", state]);
  const estimate = await provider.send("eth_estimateGas", [call, "latest", state]).then(
    (answer) => BigInt(answer as string),
    () => undefined,
  );
  if (estimate !== undefined && isOfTheState(estimate)) {
    const least = (estimate * LEAST_PERCENT_OF_ESTIMATE) / 100n;
    return (await succeeds(tryWith(estimate))) ? await search(tryWith, least, estimate) : estimate;
  }
  await tryWith(MOST_GAS);
  const searched = await search(tryWith, empty - 1n, MOST_GAS);
  return isOfTheState(searched) ? searched : undefined;
}

/** @param enough that the call succeeds with */
async function search(
  call: (gas: bigint) => Promise<unknown>,
  tooLow: bigint,
  enough: bigint,
): Promise<bigint> {
  let [low, high] = [tooLow, enough];
  while ((high - low) * 1_000n > high * CLOSE_ENOUGH_PER_MILLE) {
    const middle = (high + low) / 2n;
    if (await succeeds(call(middle))) high = middle;
    else low = middle;
  }
  return high;
}

const succeeds = (call: Promise<unknown>) =>
  call.then(
    () => true,
    () => false,
  );
