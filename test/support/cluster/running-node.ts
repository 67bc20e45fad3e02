import { setTimeout as pause } from "node:timers/promises";
import { assert } from "chai";
import type { Cluster } from "../../../devnet/cluster/cluster.ts";
import { type OpenedNode, openNode } from "../../../devnet/cluster/open-node.ts";
import type { Identity } from "../../../offchain/consensus/node/identity.ts";
import type { NodeEvent } from "../../../offchain/consensus/node/node-event.ts";
import { PootConsensus } from "../../../offchain/consensus/poot-consensus.ts";
import { createLogger } from "../../../offchain/logger.ts";
import type { Engine } from "../../../offchain/store/engine.ts";
import { Store } from "../../../offchain/store/store.ts";

const LOOK_EVERY_MS = 50;

export interface RunningNodeOptions {
  readonly identities: readonly Identity[];
  /** Where it looks for sessions and receipts. @default the cluster's folder */
  readonly dataDir?: string;
  /** What the node gets instead of the store's engine. */
  readonly wrap?: (engine: Engine) => Engine;
}

type EventOf<Kind> = Extract<NodeEvent, { readonly kind: Kind }>;

/** A node of a cluster that runs in this process, and what it tells. */
export class RunningNode implements AsyncDisposable {
  readonly events: NodeEvent[] = [];
  readonly opened: OpenedNode;
  readonly #ending = new AbortController();
  readonly #running: Promise<void>;

  private constructor(
    opened: OpenedNode,
    run: (onEvent: (event: NodeEvent) => void, signal: AbortSignal) => Promise<void>,
  ) {
    this.opened = opened;
    this.#running = run((event) => this.events.push(event), this.#ending.signal);
    // A fault of the program is thrown when the node is closed.
    this.#running.catch(() => undefined);
  }

  static async start(world: Cluster, options: RunningNodeOptions): Promise<RunningNode> {
    const { identities, dataDir = world.dataDir, wrap = (engine: Engine) => engine } = options;
    const { machineStore, scale } = world;
    const store = new Store(wrap(world.store.engine));
    const logger = createLogger("silent");
    const opened = await openNode(world.environment(), { store, machineStore, scale, logger });
    return new RunningNode(opened, async (onEvent, signal) => {
      const consensus = await PootConsensus.start({ identities, dataDir, onEvent }, opened.modules, signal);
      await consensus.run(signal);
    });
  }

  of<Kind extends NodeEvent["kind"]>(kind: Kind): EventOf<Kind>[] {
    return this.events.filter((event): event is EventOf<Kind> => event.kind === kind);
  }

  /** Waits for an event. @param lastSlot of the cluster's time in which it may come */
  async event<Kind extends NodeEvent["kind"]>(
    world: Cluster,
    kind: Kind,
    lastSlot: number,
    isMeant: (event: EventOf<Kind>) => boolean = () => true,
  ): Promise<EventOf<Kind>> {
    for (;;) {
      const found = this.of(kind).find(isMeant);
      if (found !== undefined) return found;
      if (world.slot > lastSlot) {
        const told = this.events.map((event) =>
          "slot" in event ? `${event.kind} ${event.slot}` : event.kind,
        );
        assert.fail(`no ${kind} until slot ${lastSlot}, only: ${told.join(", ")}`);
      }
      await pause(LOOK_EVERY_MS);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    try {
      await this.#running;
    } finally {
      await this.opened[Symbol.asyncDispose]();
    }
  }
}
