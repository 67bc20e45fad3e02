/**
 * `npx tsx scripts/snapshots/write-execution-gas.ts`: measures what the execution of every function that writes needs, and
 * writes snapshots/estimates/execution-gas.json, which the static estimate reads. A test holds the file to the contracts.
 */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { toQuantity } from "ethers";
import { coveringFit } from "../../offchain/evm/gas/covering-fit.ts";
import type { EstimateRequest, ExecutionGas } from "../../offchain/evm/gas/gas-estimate.ts";
import { intrinsicGas, NO_FLOOR } from "../../offchain/evm/gas/intrinsic-gas.ts";
import type { FitSample } from "../../offchain/evm/gas/linear-fit.ts";
import { type CallSize, GasCalls, type GasChain, startGasChain } from "../bench/estimates/gas-calls.ts";
import { Random } from "../bench/estimates/random.ts";

export const SNAPSHOT_FILE = resolve(import.meta.dirname, "../../snapshots/estimates/execution-gas.json");

const SEED = 20_240_101;
/** EIP-7825. */
const MAX_GAS = 16_777_216;

/** From one item to the most that a transaction takes, and everything a caller is likely to choose. */
const COUNTS: Readonly<Record<string, readonly number[]>> = {
  "LucidAnchors.registerSessions": [1, 2, 3, 5, 10, 20, 50, 100, 200, 350, 500],
  "LucidAnchors.registerSessionTree": [1, 1_000, 2 ** 20],
  "LucidAnchors.promoteSession": [1],
  "LucidChunkStore.storeChunkMetadata": [1, 2, 5, 16, 40, 64, 96, 128],
  "LucidChunkStore.updateChunkStatus": [1, 2, 5, 16, 40, 64, 128, 256, 512],
  "LucidChunkStore.proveStorage": [1, 2, 3, 8, 33],
};
const PROOFS: Readonly<Record<string, readonly number[]>> = {
  "LucidAnchors.promoteSession": [0, 1, 2, 5, 10, 15, 20],
  "LucidChunkStore.proveStorage": [0, 4, 11],
};
const ONCE = [1];
const REPEATS = 3;

/** Every function's execution gas as a constant and so much an item. */
export async function measureExecutionGas(): Promise<Record<string, ExecutionGas>> {
  // Before EIP-7623 no floor hides what the execution takes.
  const chain = await startGasChain("cancun");
  const calls = new GasCalls(chain, new Random(SEED));
  const measured: Record<string, ExecutionGas> = {};
  for (const [action, make] of Object.entries(calls.makers)) {
    const samples: FitSample[] = [];
    for (const size of sizesOf(action)) {
      const request = await make(size);
      const needed = await minGas(chain, request);
      samples.push({ items: request.items, gas: needed - intrinsicGas(request.data, NO_FLOOR).intrinsic });
    }
    measured[action] = coveringFit(samples);
  }
  await chain.close();
  return measured;
}

function sizesOf(action: string): CallSize[] {
  const sizes: CallSize[] = [];
  for (const count of COUNTS[action] ?? ONCE) {
    for (const proof of PROOFS[action] ?? ONCE) {
      for (let repeat = 0; repeat < REPEATS; repeat++) sizes.push({ count, proof, isRun: repeat > 0 });
    }
  }
  return sizes;
}

/** The smallest gas limit with which a call succeeds, which is more than it uses where gas is refunded. */
async function minGas({ provider }: GasChain, { from, to, data }: EstimateRequest): Promise<number> {
  const call = (gas: number) =>
    provider.send("eth_call", [{ from, to, data, gas: toQuantity(gas) }, "latest"]);
  // A call that reverts whatever it is given is a mistake of this script, and says so here.
  await call(MAX_GAS);
  let tooLow = intrinsicGas(data, NO_FLOOR).intrinsic;
  let enough = MAX_GAS;
  while (enough - tooLow > 1) {
    const middle = Math.floor((tooLow + enough) / 2);
    const isEnough = await call(middle).then(
      () => true,
      () => false,
    );
    if (isEnough) enough = middle;
    else tooLow = middle;
  }
  return enough;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const functions = await measureExecutionGas();
  writeFileSync(SNAPSHOT_FILE, `${JSON.stringify({ functions }, null, 2)}\n`);
  console.log(`${Object.keys(functions).length} functions written to ${SNAPSHOT_FILE}`);
}
