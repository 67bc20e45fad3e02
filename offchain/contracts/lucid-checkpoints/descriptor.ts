import { LucidCheckpoints__factory } from "../../../typechain-types/index.ts";
import { ADMINISTRATION, type ContractDescriptor } from "../descriptor.ts";

export const lucidCheckpoints = {
  name: "LucidCheckpoints",
  key: "checkpoints",
  addressSetting: "LUCID_CHECKPOINTS_ADDRESS",
  abi: LucidCheckpoints__factory.abi,
  // LucidAnchors decides who may attest.
  roles: {},
  methods: {
    attestEpoch: { purpose: "attestation" },
  },
  remedies: {
    AccessControlUnauthorizedAccount: ADMINISTRATION.remedies.AccessControlUnauthorizedAccount,
    AlreadyAttested: () =>
      "An attestation cannot be changed. Find out why the root was computed differently before attesting anything else with this key.",
    ZeroRoot: () => "Attest the root of the epoch's tree.",
  },
} as const satisfies ContractDescriptor<"LucidCheckpoints">;
