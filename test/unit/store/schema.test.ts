import { expect } from "chai";
import { unwrap } from "../../../offchain/store/fields.ts";
import { indexDescription } from "../../../offchain/store/mongo/collections.ts";
import { validatorOf } from "../../../offchain/store/mongo/validator.ts";
import { COLLECTIONS, type CollectionSchema, chunks } from "../../../offchain/store/schema/index.ts";

/** Unique indexes that a sharded cluster could not keep: those that do not start with the shard key. */
function unkeepable({ shardKey, indexes }: CollectionSchema): string[] {
  if (shardKey === undefined) return [];
  return indexes
    .filter(({ unique }) => unique)
    .filter(({ fields }) => shardKey.some((field, at) => fields[at] !== field))
    .map(({ name }) => name);
}

describe("store schema", () => {
  for (const schema of COLLECTIONS) {
    describe(schema.name, () => {
      it("starts every unique index with its shard key", () => {
        expect(unkeepable(schema)).to.deep.equal([]);
      });

      it("has an index that enforces uniqueness of its shard key's documents in the whole cluster", () => {
        const { shardKey, indexes, key } = schema;
        if (shardKey === undefined) return;
        expect(key.slice(0, shardKey.length), "a document is addressed by its shard key").to.deep.equal(
          shardKey,
        );
        const isById = shardKey.length === 1 && shardKey[0] === "_id";
        expect(isById || indexes.some(({ unique }) => unique)).to.equal(true);
      });

      it("shards by fields that every document has and that never change", () => {
        for (const name of schema.shardKey ?? []) {
          expect(
            unwrap(schema.fields[name] ?? { kind: "optional", of: { kind: "whole" } }).isOptional,
          ).to.equal(false);
          expect(schema.changing).to.not.include(name);
        }
      });

      it("names only fields that it has, in stamps, changes, keys and indexes", () => {
        const named = [
          ...schema.stamps.onInsert,
          ...schema.stamps.onSwap.map((path) => path.split(".")[0]),
          ...schema.changing,
          ...(schema.notCompared ?? []),
          ...schema.key,
          ...(schema.chronology ?? []),
          ...schema.indexes.flatMap(({ fields }) => fields),
        ];
        expect(schema.fields).to.include.keys("_id", ...(named as string[]));
      });

      it("says which query each index serves, and deletes nothing by age", () => {
        for (const index of schema.indexes) {
          expect(index.serves).to.match(/\w{4}/);
          expect(indexDescription(index)).to.not.have.property("expireAfterSeconds");
        }
      });

      it("has an indexed chronology", () => {
        const { chronology, indexes } = schema;
        if (chronology === undefined || chronology.join() === "_id") return;
        expect(indexes.map(({ fields }) => fields.join())).to.include(chronology.join());
      });

      it("has a validator that closes every level", () => {
        const { $jsonSchema } = validatorOf(schema);
        const open: string[] = [];
        const visit = (node: unknown, path: string) => {
          if (typeof node !== "object" || node === null) return;
          const { properties, additionalProperties } = node as Record<string, unknown>;
          const isAlternative = /oneOf\.\d+$/.test(path);
          if (properties !== undefined && additionalProperties !== false && !isAlternative) open.push(path);
          for (const [name, inner] of Object.entries(node)) visit(inner, `${path}.${name}`);
        };
        visit($jsonSchema, "");
        expect(open).to.deep.equal([]);
      });
    });
  }

  it("would find a unique index that a cluster cannot keep", () => {
    const index = { name: "hash", fields: ["ciphertext_sha256"], unique: true, serves: "nothing" } as const;
    expect(unkeepable({ ...chunks, indexes: [index] })).to.deep.equal(["hash"]);
  });

  it("shards chunks, proofs, parts of tallies and payouts, and replicates the consensus whole", () => {
    const keys = Object.fromEntries(COLLECTIONS.map(({ name, shardKey }) => [name, shardKey]));
    expect(keys).to.deep.equal({
      sessions: undefined,
      chunks: ["session_id", "idx"],
      task_proofs: ["slot", "nodeId"],
      slot_tally_parts: ["_id"],
      slot_tallies: undefined,
      work_tally: undefined,
      leader_schedule: undefined,
      payouts: ["_id"],
      anchor_transactions: undefined,
      nodes: undefined,
      recorded_chunks: undefined,
      attestations: undefined,
      deployment_parameters: undefined,
    });
  });
});
