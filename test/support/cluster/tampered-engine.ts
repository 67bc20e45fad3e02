import type { Engine } from "../../../offchain/store/engine.ts";
import type { Document } from "../../../offchain/store/fields.ts";

/** What is done to a store behind the back of the node that uses it. */
export interface Tampering {
  /** The store's clock is so much ahead of what it was. */
  clockAheadMs: number;
  /** Somebody is there a moment before the node inserts. */
  beforeInsert?: ((collection: string, documents: readonly Document[]) => Promise<void>) | undefined;
}

/** An engine that is tampered with; what the tampering is may change while it is used. */
export function tamperedEngine(engine: Engine, tampering: Tampering): Engine {
  const tampered: Pick<Engine, "insert" | "now"> = {
    async insert(schema, documents, stamped) {
      await tampering.beforeInsert?.(schema.name, documents);
      return await engine.insert(schema, documents, stamped);
    },
    now: async () => (await engine.now()) + tampering.clockAheadMs,
  };
  return new Proxy(engine, {
    get(target, name) {
      if (name === "insert" || name === "now") return tampered[name];
      const member = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
