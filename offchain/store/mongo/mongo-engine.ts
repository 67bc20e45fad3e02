import type { Document as BsonDocument, Collection, Db, MongoClient } from "mongodb";
import { isExpected } from "../compare.ts";
import type { SlotTally } from "../documents.ts";
import type {
  Change,
  Engine,
  EngineDescription,
  Inserted,
  Inspection,
  KeyedChange,
  Query,
  Swap,
  Where,
} from "../engine.ts";
import type { Document } from "../fields.ts";
import { type CollectionSchema, taskProofs } from "../schema/index.ts";
import { tallySlot } from "../slot-tally/mongo-slot-tally.ts";
import type { TallyRequest } from "../slot-tally/port.ts";
import { fromBson } from "./codec.ts";
import { keyFilter, keyHint, keyIndex, queryFilter, whereFilter } from "./filter.ts";
import { insertOnce } from "./insert-once.ts";
import { inspect } from "./inspect.ts";
import { toStoreError } from "./mongo-errors.ts";
import { changePipeline } from "./updates.ts";

/** The state in MongoDB. The client carries the concerns (open-mongo.ts), so that no call can omit them. */
export class MongoEngine implements Engine {
  readonly description: EngineDescription;
  readonly client: MongoClient;
  readonly db: Db;

  constructor(client: MongoClient, db: Db, description: EngineDescription) {
    this.client = client;
    this.db = db;
    this.description = description;
  }

  insert(schema: CollectionSchema, documents: readonly Document[], stamped: boolean): Promise<Inserted> {
    return this.write(schema.name, () =>
      insertOnce({ collection: this.collection(schema), schema, now: () => this.now() }, documents, stamped),
    );
  }

  get(schema: CollectionSchema, key: Document): Promise<Document | undefined> {
    return this.read(schema.name, async () => {
      const found = await this.collection(schema).findOne(keyFilter(schema, key), keyHint(schema));
      return found === null ? undefined : fromBson(schema.fields, found);
    });
  }

  async compareAndSet(schema: CollectionSchema, key: Document, change: Change): Promise<Swap> {
    const filter = changeFilter(schema, key, change);
    const after = await this.write(schema.name, () =>
      this.collection(schema).findOneAndUpdate(filter, changePipeline(schema, change), {
        returnDocument: "after",
        hint: keyIndex(schema),
      }),
    );
    if (after === null) return { swapped: false, document: await this.get(schema, key) };
    const document = fromBson(schema.fields, after);
    // Outside its time window the update leaves the document unchanged.
    return { swapped: !isExpected(document, change.expected), document };
  }

  async compareAndSetMany(schema: CollectionSchema, changes: readonly KeyedChange[]): Promise<number> {
    if (changes.length === 0) return 0;
    const updates = changes.map(({ key, change }) => ({
      updateOne: {
        filter: changeFilter(schema, key, change),
        update: changePipeline(schema, change),
        hint: keyIndex(schema),
      },
    }));
    const { modifiedCount } = await this.write(schema.name, () =>
      this.collection(schema).bulkWrite(updates, { ordered: false }),
    );
    return modifiedCount;
  }

  find(schema: CollectionSchema, query: Query): Promise<Document[]> {
    const direction = query.descending ? -1 : 1;
    return this.read(schema.name, async () => {
      const found = await this.collection(schema)
        .find(queryFilter(schema, query), { hint: query.index })
        .sort(query.orderBy.map((name) => [name, direction] as [string, 1 | -1]))
        .limit(query.limit)
        .toArray();
      return found.map((document) => fromBson(schema.fields, document));
    });
  }

  count(schema: CollectionSchema, where: Where): Promise<number> {
    return this.read(schema.name, () => this.collection(schema).countDocuments(whereFilter(schema, where)));
  }

  tallySlot(request: TallyRequest): Promise<SlotTally[]> {
    return this.read(taskProofs.name, () => tallySlot(this.collection(taskProofs), request));
  }

  /** The clock behind $$NOW: that of the primary, or of the mongos in use. */
  now(): Promise<number> {
    return this.read("hello", async () => {
      const { localTime } = await this.db.command({ hello: 1 });
      return (localTime as Date).getTime();
    });
  }

  inspect(): Promise<Inspection> {
    return this.read("config", () => inspect(this.db));
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  private collection({ name }: CollectionSchema): Collection<BsonDocument> {
    return this.db.collection(name);
  }

  private read<Result>(collection: string, work: () => Promise<Result>): Promise<Result> {
    return this.guarded(collection, false, work);
  }

  private write<Result>(collection: string, work: () => Promise<Result>): Promise<Result> {
    return this.guarded(collection, true, work);
  }

  private async guarded<Result>(
    collection: string,
    isWrite: boolean,
    work: () => Promise<Result>,
  ): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw toStoreError(error, { location: this.description.location, collection, isWrite });
    }
  }
}

/** A filter that matches a document only while it is what the change expects. */
const changeFilter = (schema: CollectionSchema, key: Document, { expected }: Change): BsonDocument => ({
  ...keyFilter(schema, key),
  ...whereFilter(schema, expected),
});
