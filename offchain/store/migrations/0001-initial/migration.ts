import { createsCollections } from "../creates-collections.ts";
import snapshot from "./snapshot.json" with { type: "json" };

/** Every collection of the first version. Later changes of the schema belong to later migrations. */
export const initial = createsCollections("0001-initial", snapshot);
