import { rm } from "node:fs/promises";
import { join } from "node:path";
import { copySessions } from "../../../devnet/poot-world/copy-sessions.ts";
import { PootWorld } from "../../../devnet/poot-world/poot-world.ts";
import { registerNodes } from "../../../devnet/register-nodes.ts";
import type { NodeEvent } from "../../../offchain/consensus/node/node-event.ts";
import { slotsOfEpoch } from "../../../offchain/consensus/slot-time.ts";
import type { SealedSession } from "../../../offchain/sessions/sealed-session.ts";
import { chunkPath } from "../../../offchain/sessions/session-directory.ts";
import { tronAddressOf } from "../../../offchain/tron-address.ts";
import type { DemoContext } from "../demo-context.ts";
import { Cast } from "./cast.ts";

/** The nodes of the demo on their machines, and what they work with. */
export class Scene {
  readonly cast: Cast;
  readonly world: PootWorld;
  /** Sessions whose chunks are recorded on chain: what storage challenges ask for. */
  readonly recorded: readonly SealedSession[];
  readonly firstSlot: number;
  /** The epoch's last slot. */
  readonly lastSlot: number;
  /** Chunks of the sessions that the node half keeps; every other node keeps all. */
  readonly keptChunks: number;
  readonly allChunks: number;

  constructor(cast: Cast, world: PootWorld, keptChunks: number, { samples, firstSlot, epoch }: DemoContext) {
    this.cast = cast;
    this.world = world;
    this.recorded = samples.map(({ session }) => session);
    this.firstSlot = firstSlot;
    this.lastSlot = slotsOfEpoch(epoch).last;
    this.keptChunks = keptChunks;
    this.allChunks = chunksOf(this.recorded).length;
  }

  /** What the nodes of a machine told, of one kind. */
  told<Kind extends NodeEvent["kind"]>(machine: string, kind: Kind): Extract<NodeEvent, { kind: Kind }>[] {
    const found = this.world.machines.find(({ name }) => name === machine);
    if (found === undefined) throw new RangeError(`no machine of the demo is called ${machine}`);
    return found.events.filter((event): event is Extract<NodeEvent, { kind: Kind }> => event.kind === kind);
  }
}

/** Admits and registers the nodes and gives each machine its own folder with the sessions. They are not started yet. */
export async function setScene(context: DemoContext): Promise<Scene> {
  const { chain, clock, dataDir, samples } = context;
  const cast = new Cast();
  for (const { wallet } of cast.identities) {
    await chain.fund(wallet.address);
    await chain.anchorsAdmin.grantRole(chain.admin, "REGISTRAR", wallet.address);
  }
  const domain = { chainId: await chain.evm.chainId(), anchors: chain.anchors.address.toLowerCase() };
  const registering = { identities: cast.independent, pool: cast.pool, tronAddressOf };
  await registerNodes(registering, domain, chain.store);

  const sessions = samples.map(({ session }) => session);
  const ids = sessions.map(({ manifest }) => manifest.sessionId);
  const machines = cast.machines.map((one) => ({ ...one, dataDir: join(dataDir, "machines", one.name) }));
  for (const machine of machines) await copySessions(ids, dataDir, machine.dataDir);
  const lost = chunksOf(sessions).filter((_, place) => place % 2 === 1);
  for (const { sessionId, idx } of lost) {
    await rm(chunkPath(join(dataDir, "machines", "half", "sessions", sessionId), idx));
  }
  const world = new PootWorld(machines, { chain, clock, domain });
  context.world = world;
  context.cast = cast;
  return new Scene(cast, world, chunksOf(sessions).length - lost.length, context);
}

const chunksOf = (sessions: readonly SealedSession[]) =>
  sessions.flatMap(({ manifest: { sessionId, chunks } }) => chunks.map(({ idx }) => ({ sessionId, idx })));
