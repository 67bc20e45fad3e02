import type { Engine } from "../../offchain/store/engine.ts";

/** A call of a store's engine. */
export interface EngineCall {
  readonly method: keyof Engine;
  readonly args: readonly unknown[];
}

/**
 * A machine's own connection to a store that it shares with others: each call waits at a gate, before and after, as it
 * does where the machine is suspended.
 */
export function gatedEngine(engine: Engine, gate: (call?: EngineCall) => Promise<void>): Engine {
  return new Proxy(engine, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return async (...args: readonly unknown[]) => {
        await gate({ method: name as keyof Engine, args });
        const answer: unknown = await member.apply(target, args);
        await gate();
        return answer;
      };
    },
  });
}
