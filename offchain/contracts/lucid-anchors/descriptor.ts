import { LucidAnchors__factory } from "../../../typechain-types/index.ts";
import { ADMIN_ROLE, ADMINISTRATION, type ContractDescriptor, roleId } from "../descriptor.ts";

export const lucidAnchors = {
  name: "LucidAnchors",
  key: "anchors",
  addressSetting: "LUCID_ANCHORS_ADDRESS",
  abi: LucidAnchors__factory.abi,
  roles: { ...ADMIN_ROLE, REGISTRAR: roleId("REGISTRAR") },
  methods: {
    ...ADMINISTRATION.methods,
    registerSession: { purpose: "session" },
    registerSessions: { purpose: "sessions", items: ([sessions]) => ({ sessions: sessions.length }) },
    registerSessionTree: { purpose: "session_tree" },
    promoteSession: { purpose: "promotion", items: ([, , proof]) => ({ proof: proof.length }) },
  },
  remedies: ADMINISTRATION.remedies,
} as const satisfies ContractDescriptor<"LucidAnchors">;
