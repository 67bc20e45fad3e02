import { LucidCheckpoints__factory } from "../../../typechain-types/index.ts";
import type { ChainProvider } from "../../evm/chain-provider.ts";
import type { SampleCall } from "../../evm/gas/sample-call.ts";
import { lucidAnchors } from "../lucid-anchors/descriptor.ts";
import { CHECKPOINTS, roleHeld, type SampleWorld, SENDER, sampleHash } from "../sample-world.ts";

/** A sample epoch. */
const EPOCH = 800;

const abi = LucidCheckpoints__factory.createInterface();
const REGISTRAR = roleHeld(lucidAnchors.roles.REGISTRAR, SENDER);

/** Calls of the methods whose gas is estimated: the first attestation of a root, which needs more than later ones. */
export const lucidCheckpointsSamples: Readonly<
  Record<string, (world: SampleWorld, provider: ChainProvider) => Promise<readonly SampleCall[]>>
> = {
  attestEpoch: async (world, provider) => {
    const data = abi.encodeFunctionData("attestEpoch", [EPOCH, sampleHash("checkpoint")]);
    const complete = await world.withCheckpoints(provider);
    return [complete.call(CHECKPOINTS, { data, items: {} }, { anchors: REGISTRAR })];
  },
};
