import { address, hash, text, whole } from "../fields.ts";
import { collection } from "./collection.ts";

/** What all nodes must agree on besides the rules: one document, fixed by the first node that runs. */
export const deploymentParameters = collection({
  name: "deployment_parameters",
  fields: {
    /** Always `deployment`. */
    _id: text(80),
    chainId: whole,
    /** Local chains share ids and addresses and are restarted; their genesis hashes differ. */
    genesisHash: hash,
    /** Address of LucidAnchors. */
    anchors: address,
    /** k: confirmations that a block needs before it is read, its own included. */
    confirmations: whole,
  },
  stamps: { onInsert: [], onSwap: [] },
  changing: [],
  key: ["_id"],
  indexes: [],
});
