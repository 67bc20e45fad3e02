import type { ChainProvider } from "../evm/chain-provider.ts";
import type { SampleCall, SampleCalls } from "../evm/gas/sample-call.ts";
import { lucidAnchorsSamples } from "./lucid-anchors/gas-samples.ts";
import { lucidCheckpointsSamples } from "./lucid-checkpoints/gas-samples.ts";
import { lucidChunkStoreSamples } from "./lucid-chunk-store/gas-samples.ts";
import type { ContractName } from "./registry.ts";
import { SampleWorld } from "./sample-world.ts";

type Samples = (
  world: SampleWorld,
  provider: ChainProvider,
) => readonly SampleCall[] | Promise<readonly SampleCall[]>;

const SAMPLES: Readonly<Record<ContractName, Readonly<Record<string, Samples>>>> = {
  LucidAnchors: lucidAnchorsSamples,
  LucidChunkStore: lucidChunkStoreSamples,
  LucidCheckpoints: lucidCheckpointsSamples,
};

/** Calls with which the gas of our methods is measured on a chain without our contracts. */
export const gasSamples: SampleCalls = (action, provider) => {
  const [contract = "", method = ""] = action.split(".");
  const samples = SAMPLES[contract as ContractName]?.[method];
  return samples && SampleWorld.build(provider).then((world) => samples(world, provider));
};
