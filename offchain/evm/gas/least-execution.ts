import { toBeHex, toQuantity } from "ethers";
import type { ChainProvider } from "../chain-provider.ts";
import type { SampleCall } from "./sample-call.ts";

/**
 * Calls on with a gas limit, and returns whether that succeeded. Calldata: the limit (32 bytes), the contract (32
 * bytes), the calldata of the call. An inner call that fails gives an answer; an outer one that fails gives an error,
 * which nodes word differently and endpoints may confuse with their own.
 *
 * PUSH1 40 CALLDATASIZE SUB · DUP1 PUSH1 40 PUSH1 0 CALLDATACOPY · PUSH1 0 PUSH1 0 DUP3 PUSH1 0 PUSH1 0
 * PUSH1 20 CALLDATALOAD PUSH1 0 CALLDATALOAD CALL · PUSH1 0 MSTORE PUSH1 20 PUSH1 0 RETURN
 */
const TRIES_A_CALL = "0x60403603806040600037600060008260006000602035600035f160005260206000f3";
/** The sender of the request; not that of the sample, whose address holds the code above. */
const NOBODY = "0x00000000000000000000000000000000007e0b0d";
/** EIP-7825: what a transaction may have, so that the state's own gas (EIP-8037) is taken from it too. */
const OUTER_GAS = 2n ** 24n;
/** What is left of that for the call inside: no sample needs more. */
const MAX_GAS = 16_000_000n;
/** The search ends when it is this close above the needed gas. */
const CLOSE_ENOUGH_PER_MILLE = 1n;
/** Nodes end their own search at most 15 in a thousand above what is needed. */
const MIN_PERCENT_OF_ESTIMATE = 98n;
const WORD_DIGITS = 66;

/**
 * The least gas that the execution of a sample call needs on this chain, or a thousandth more. It is searched with
 * eth_call, for which nearly every node supports state overrides. If eth_estimateGas supports them too, and says that the
 * whole transaction needs more than that, its figure is used: a fork may have changed the cost before the execution.
 *
 * @param intrinsic what the calldata costs before the execution, as far as it is known
 * @returns Undefined where the node does not support state overrides.
 * @throws {Error} for a sample that fails with any gas; what the node answers
 */
export async function leastExecution(
  provider: ChainProvider,
  { from, to, data, state }: SampleCall,
  intrinsic: bigint,
): Promise<bigint | undefined> {
  const tries = { ...state, [from]: { code: TRIES_A_CALL } };
  const succeedsWith = async (gas: bigint): Promise<boolean | undefined> => {
    const input = toBeHex(gas, 32) + toBeHex(to, 32).slice(2) + data.slice(2);
    const call = { from: NOBODY, to: from, data: input, gas: toQuantity(OUTER_GAS) };
    const answer = String(await provider.send("eth_call", [call, "latest", tries]));
    return answer.length === WORD_DIGITS ? BigInt(answer) === 1n : undefined;
  };
  const succeeds = await succeedsWith(MAX_GAS);
  if (succeeds === undefined) return undefined;
  if (!succeeds) throw new Error("a call that samples it fails with any gas");
  let [low, high] = [0n, MAX_GAS];
  while ((high - low) * 1_000n > high * CLOSE_ENOUGH_PER_MILLE) {
    // Samples need far less than the maximum: the logarithm is halved, not the distance.
    const middle = low === 0n ? high / 8n : (high + low) / 2n;
    if (await succeedsWith(middle)) high = middle;
    else low = middle;
  }
  const estimate = await provider.send("eth_estimateGas", [{ from, to, data }, "latest", state]).then(
    (answer) => BigInt(answer as string),
    () => 0n,
  );
  const believed = (estimate * MIN_PERCENT_OF_ESTIMATE) / 100n - intrinsic;
  return believed > high ? believed : high;
}
