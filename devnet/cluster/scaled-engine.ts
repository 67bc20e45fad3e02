import type {
  Change,
  Condition,
  Engine,
  EngineDescription,
  Inserted,
  KeyedChange,
  Query,
  Swap,
  Where,
} from "../../offchain/store/engine.ts";
import type { Document, Value } from "../../offchain/store/fields.ts";
import type { CollectionSchema } from "../../offchain/store/schema/index.ts";
import type { TallyRequest } from "../../offchain/store/slot-tally/port.ts";
import { type TimeScale, toRealCeil, toRealFloor, toVirtual } from "./scaled-clock.ts";

/**
 * A store whose clock is as fast as a test's: its server stamps with its own time, and what it stamped is shown in
 * virtual time. Everything else is as the engine has it. Every process of a test must have the same scale.
 */
export class ScaledEngine implements Engine {
  readonly #engine: Engine;
  readonly #scale: TimeScale;

  constructor(engine: Engine, scale: TimeScale) {
    this.#engine = engine;
    this.#scale = scale;
  }

  get description(): EngineDescription {
    return this.#engine.description;
  }

  insert(schema: CollectionSchema, documents: readonly Document[], stamped: boolean): Promise<Inserted> {
    if (!stamped) throw new Error("a store with a test's clock takes no stamps from elsewhere");
    return this.#engine.insert(schema, documents, stamped);
  }

  async get(schema: CollectionSchema, key: Document): Promise<Document | undefined> {
    return this.#shown(schema, await this.#engine.get(schema, key));
  }

  async compareAndSet(schema: CollectionSchema, key: Document, change: Change): Promise<Swap> {
    const swap = await this.#engine.compareAndSet(schema, key, this.#change(schema, change));
    return { ...swap, document: this.#shown(schema, swap.document) } as Swap;
  }

  compareAndSetMany(schema: CollectionSchema, changes: readonly KeyedChange[]): Promise<number> {
    return this.#engine.compareAndSetMany(
      schema,
      changes.map(({ key, change }) => ({ key, change: this.#change(schema, change) })),
    );
  }

  async find(schema: CollectionSchema, query: Query): Promise<Document[]> {
    const { where, orderBy, after } = query;
    const stamps = stampsOf(schema);
    const real = (value: Value, place: number) =>
      stamps.includes(orderBy[place] ?? "") ? toRealFloor(this.#scale, Number(value)) : value;
    const found = await this.#engine.find(schema, {
      ...query,
      where: this.#where(schema, where),
      ...(after && { after: after.map(real) }),
    });
    return found.map((document) => this.#shown(schema, document));
  }

  count(schema: CollectionSchema, where: Where): Promise<number> {
    return this.#engine.count(schema, this.#where(schema, where));
  }

  tallySlot(request: TallyRequest) {
    const stampedUntil = toRealFloor(this.#scale, request.stampedUntil);
    return this.#engine.tallySlot({ ...request, stampedUntil });
  }

  async now(): Promise<number> {
    return toVirtual(this.#scale, await this.#engine.now());
  }

  inspect() {
    return this.#engine.inspect();
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  #shown<Shown extends Document | undefined>(schema: CollectionSchema, document: Shown): Shown {
    if (document === undefined) return document;
    const shown: Record<string, Value> = { ...document };
    for (const path of stampsOf(schema)) {
      const [name = "", inner] = path.split(".");
      const value = shown[name];
      if (value === undefined) continue;
      if (inner === undefined) shown[name] = toVirtual(this.#scale, Number(value));
      else {
        const record = value as Document;
        shown[name] = { ...record, [inner]: toVirtual(this.#scale, Number(record[inner])) };
      }
    }
    return shown as Shown;
  }

  #change(schema: CollectionSchema, change: Change): Change {
    const { expected, window } = change;
    const real = window && {
      from: toRealCeil(this.#scale, window.from),
      until: toRealCeil(this.#scale, window.until),
    };
    return { ...change, expected: this.#where(schema, expected), ...(real && { window: real }) };
  }

  #where(schema: CollectionSchema, where: Where): Where {
    const stamps = stampsOf(schema);
    return Object.fromEntries(
      Object.entries(where).map(([path, condition]) => [
        path,
        stamps.includes(path) ? this.#condition(condition) : condition,
      ]),
    );
  }

  #condition(condition: Condition): Condition {
    if ("is" in condition) return { is: toRealFloor(this.#scale, Number(condition.is)) };
    const { atLeast, below } = condition as { readonly atLeast?: Value; readonly below?: Value };
    if (atLeast === undefined && below === undefined) return condition;
    return {
      ...(atLeast !== undefined && { atLeast: toRealCeil(this.#scale, Number(atLeast)) }),
      ...(below !== undefined && { below: toRealCeil(this.#scale, Number(below)) }),
    };
  }
}

/** Each once: a document may be stamped when it is inserted and when it changes. */
const stampsOf = ({ stamps }: CollectionSchema): readonly string[] => [
  ...new Set([...stamps.onInsert, ...stamps.onSwap]),
];
