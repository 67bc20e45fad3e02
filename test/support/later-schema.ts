import { type Field, optional, text, whole } from "../../offchain/store/fields.ts";
import { COLLECTIONS, type CollectionSchema, sessions } from "../../offchain/store/schema/index.ts";

const laterCollection: CollectionSchema = {
  name: "later_collection",
  fields: { _id: whole, note: text(10) },
  stamps: { onInsert: [], onSwap: [] },
  changing: [],
  key: ["_id"],
  indexes: [{ name: "note", fields: ["note", "_id"], serves: "a test" }],
};

/** Runs the work while the schema has a collection `later_collection` and a field `remark` of sessions, as a later version's may. */
export async function withLaterSchema<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  const collections = COLLECTIONS as CollectionSchema[];
  const fields = sessions.fields as Record<string, Field>;
  collections.push(laterCollection);
  fields.remark = optional(text(80));
  try {
    return await work();
  } finally {
    collections.pop();
    delete fields.remark;
  }
}
