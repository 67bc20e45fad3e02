import { createsCollections } from "../creates-collections.ts";
import snapshot from "./snapshot.json" with { type: "json" };

/** What consensus reads from the chain, and the fixed parameters of a deployment. */
export const consensus = createsCollections("0003-consensus", snapshot);
