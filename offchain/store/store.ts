import type { Engine, EngineDescription } from "./engine.ts";
import { AnchorTransactions } from "./repositories/anchor-transactions.ts";
import { Attestations } from "./repositories/attestations.ts";
import { Chunks } from "./repositories/chunks.ts";
import { DeploymentParameters } from "./repositories/deployment-parameters.ts";
import { LeaderSchedule } from "./repositories/leader-schedule.ts";
import { Nodes } from "./repositories/nodes.ts";
import { Payouts } from "./repositories/payouts.ts";
import { RecordedChunks } from "./repositories/recorded-chunks.ts";
import { Sessions } from "./repositories/sessions.ts";
import { TaskProofs } from "./repositories/task-proofs.ts";
import { WorkTally } from "./repositories/work-tally.ts";
import * as schema from "./schema/index.ts";
import { SlotTallies } from "./slot-tally/slot-tallies.ts";
import { SlotTallyParts } from "./slot-tally/slot-tally-parts.ts";

/** The whole state: one repository per collection, over the engine that the setting names. */
export class Store implements AsyncDisposable {
  readonly sessions: Sessions;
  readonly chunks: Chunks;
  readonly taskProofs: TaskProofs;
  readonly slotTallyParts: SlotTallyParts;
  readonly slotTallies: SlotTallies;
  readonly workTally: WorkTally;
  readonly leaderSchedule: LeaderSchedule;
  readonly payouts: Payouts;
  readonly anchorTransactions: AnchorTransactions;
  readonly nodes: Nodes;
  readonly recordedChunks: RecordedChunks;
  readonly attestations: Attestations;
  readonly deploymentParameters: DeploymentParameters;
  readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
    this.sessions = new Sessions(engine, schema.sessions);
    this.chunks = new Chunks(engine, schema.chunks);
    this.taskProofs = new TaskProofs(engine, schema.taskProofs);
    this.slotTallyParts = new SlotTallyParts(engine, schema.slotTallyParts);
    this.slotTallies = new SlotTallies(engine, schema.slotTallies, this.slotTallyParts);
    this.workTally = new WorkTally(engine, schema.workTally);
    this.leaderSchedule = new LeaderSchedule(engine, schema.leaderSchedule);
    this.payouts = new Payouts(engine, schema.payouts);
    this.anchorTransactions = new AnchorTransactions(engine, schema.anchorTransactions);
    this.nodes = new Nodes(engine, schema.nodes);
    this.recordedChunks = new RecordedChunks(engine, schema.recordedChunks);
    this.attestations = new Attestations(engine, schema.attestations);
    this.deploymentParameters = new DeploymentParameters(engine, schema.deploymentParameters);
  }

  get description(): EngineDescription {
    return this.engine.description;
  }

  /** Every repository, in the order of the schema; used by exports and status. */
  get repositories() {
    return [
      this.sessions,
      this.chunks,
      this.taskProofs,
      this.slotTallyParts,
      this.slotTallies,
      this.workTally,
      this.leaderSchedule,
      this.payouts,
      this.anchorTransactions,
      this.nodes,
      this.recordedChunks,
      this.attestations,
      this.deploymentParameters,
    ] as const;
  }

  /** The store's clock, in Unix milliseconds, from which its stamps are read. */
  now(): Promise<number> {
    return this.engine.now();
  }

  close(): Promise<void> {
    return this.engine.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
