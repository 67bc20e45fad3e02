import { createsCollections } from "../creates-collections.ts";
import snapshot from "./snapshot.json" with { type: "json" };

/** Every collection of the first version. What the schema has become since is the business of later migrations. */
export const initial = createsCollections("0001-initial", snapshot);
