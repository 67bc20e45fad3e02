import { address, hash, text, whole } from "../fields.ts";
import { collection } from "./collection.ts";

/** What all nodes must agree on beside the rules: one document, fixed by the first node that runs. */
export const deploymentParameters = collection({
  name: "deployment_parameters",
  fields: {
    /** Always `deployment`. */
    _id: text(80),
    chainId: whole,
    /** Local chains share their id and their addresses, and start again: each has a genesis of its own. */
    genesisHash: hash,
    /** Address of LucidAnchors. */
    anchors: address,
    /** k: blocks until one is read, its own included. */
    confirmations: whole,
  },
  stamps: { onInsert: [], onSwap: [] },
  changing: [],
  key: ["_id"],
  indexes: [],
});
