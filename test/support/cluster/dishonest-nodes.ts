import { setTimeout as pause } from "node:timers/promises";
import type { Cluster } from "../../../devnet/cluster/cluster.ts";
import type { OpenedNode } from "../../../devnet/cluster/open-node.ts";
import { answerChallenges } from "../../../offchain/consensus/node/answer-challenges.ts";
import { HeldSessions } from "../../../offchain/consensus/node/held-sessions.ts";
import type { Identity } from "../../../offchain/consensus/node/identity.ts";
import { makeProofs } from "../../../offchain/consensus/node/make-proofs.ts";
import { NodeRegistry } from "../../../offchain/consensus/node/node-registry.ts";
import { blocksBefore, previousHash } from "../../../offchain/consensus/node/recent-blocks.ts";
import { proofsRoot, talliesRoot } from "../../../offchain/consensus/node/record-roots.ts";
import { signBlock } from "../../../offchain/consensus/node/sign-block.ts";
import { signProof } from "../../../offchain/consensus/proofs/sign-proof.ts";
import type { BlockRecord } from "../../../offchain/consensus/rules/block-record.ts";
import { blockWindow, candidacyOf } from "../../../offchain/consensus/rules/candidacy.ts";
import { signMessage } from "../../../offchain/consensus/typed-data/sign-message.ts";
import { createLogger } from "../../../offchain/logger.ts";
import type { Session } from "../../../offchain/sessions/session.ts";
import type { SlotTally } from "../../../offchain/store/documents.ts";

/** Nodes of a cluster that prove as they should and, for the rest, do what a test tells them. */
export class DishonestNodes {
  readonly identities: readonly Identity[];
  readonly #world: Cluster;
  readonly #opened: OpenedNode;
  readonly #held: HeldSessions;
  readonly #registry: NodeRegistry;

  constructor(world: Cluster, identities: readonly Identity[], opened: OpenedNode) {
    this.identities = identities;
    this.#world = world;
    this.#opened = opened;
    this.#held = new HeldSessions(world.dataDir);
    const { domain } = opened.modules.chain;
    this.#registry = new NodeRegistry({ store: world.store, domain, logger: createLogger("silent") });
  }

  /** Proves a slot for all of them, as soon as its hash is known. */
  async prove(slot: number): Promise<void> {
    const head = await this.#head(slot);
    const { store, dataDir } = this.#world;
    const { domain, corpus } = this.#opened.modules.chain;
    const membership = {
      registrationsAt: (at: number) => this.#registry.registrationsAt(at),
      isAdmitted: async () => true,
    };
    const modules = { ...{ store, domain, membership, corpus, dataDir }, held: this.#held };
    await Promise.all(this.identities.map((identity) => makeProofs(identity, head, modules)));
  }

  /** The first sends an answer that the second was asked for, where they were not asked for the same chunk. */
  async answerWithNeighboursChunk(slot: number): Promise<boolean> {
    const head = await this.#head(slot);
    const [one, other] = this.identities as readonly [Identity, Identity];
    const { domain, corpus } = this.#opened.modules.chain;
    const modules = { corpus, held: this.#held };
    const [own, stolen] = await Promise.all(
      [one, other].map(({ nodeId }) => answerChallenges(nodeId, head, modules)),
    );
    const value = stolen?.answers.find(
      ({ challenge, chunk }) =>
        chunk.contentRoot !==
        own?.answers.find((answer) => answer.challenge === challenge)?.chunk.contentRoot,
    );
    if (value === undefined) return false;
    const content = { nodeId: one.nodeId, slot, type: "storage_availability", value } as const;
    await this.#world.store.taskProofs.insertMany([await signProof(one.wallet, domain, content)]);
    return true;
  }

  /**
   * Takes a slot with whichever of them is a candidate, and writes a block in which something is different.
   *
   * @returns whether there is such a block
   */
  async lead(slot: number, misdeed: Partial<BlockRecord>): Promise<boolean> {
    const { store } = this.#world;
    const decided = await this.#decision(slot);
    for (const leader of this.identities) {
      const candidacy = candidacyOf(decided, leader.nodeId);
      if (candidacy === undefined) continue;
      const { reason, window } = candidacy;
      const { nodeId: winner } = leader;
      const early = window.from - this.#world.now();
      if (early > 0) await pause(Math.ceil(early / this.#world.scale.factor));
      const taken = await store.leaderSchedule.take(slot, { winner, reason, window });
      if (!taken.swapped) continue;
      const previous = previousHash(await blocksBefore(store, slot));
      const honest = { slot, previous, winner, reason, transcriptHash: decided.transcriptHash, sessions: [] };
      const block = await signBlock({ ...honest, ...misdeed }, leader, this.#opened.modules.chain.domain);
      const added = await store.leaderSchedule.addBlock(slot, { winner, block, window: blockWindow(slot) });
      return added.swapped;
    }
    return false;
  }

  /** Registers sessions, whatever is queued. @returns the transaction, which is mined */
  async publish(sessions: readonly Session[]): Promise<string> {
    const [{ wallet }] = this.identities as readonly [Identity];
    return (await this.#opened.modules.anchors.registerSessions(wallet, sessions)).hash;
  }

  /** Closes a slot with tallies and proofs of their own choice. */
  async close(slot: number, tallies: readonly SlotTally[], ids: readonly string[]): Promise<void> {
    const [{ wallet, nodeId }] = this.identities as readonly [Identity];
    const roots = { proofCount: ids.length, proofsRoot: proofsRoot(ids), talliesRoot: talliesRoot(tallies) };
    const message = { slot, ...roots, entityCount: tallies.length };
    const { domain } = this.#opened.modules.chain;
    const closerSig = await signMessage(wallet, domain, { name: "SlotTally", message });
    await this.#world.store.slotTallies.close(slot, { ...roots, closer: nodeId, closerSig }, tallies);
  }

  async #head(slot: number) {
    for (;;) {
      const head = await this.#opened.modules.chain.headBlocks.headBlock(slot);
      if (head !== undefined) return head;
      await pause(50);
    }
  }

  /** Somebody else decides. */
  async #decision(slot: number) {
    for (;;) {
      const decided = await this.#world.store.leaderSchedule.get(slot);
      if (decided !== undefined) return decided;
      await pause(20);
    }
  }
}
