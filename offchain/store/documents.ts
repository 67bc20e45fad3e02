import type { RecordOf } from "./fields.ts";
import type * as schema from "./schema/index.ts";

/** The type of a collection's documents, by its schema. */
export type DocumentOf<C> = C extends { fields: infer F } ? RecordOf<F> : never;

/** What a caller passes to an insert: everything but the store's stamps. */
export type NewDocumentOf<C> = C extends { stamps: { onInsert: readonly (infer Stamped)[] } }
  ? DistributiveOmit<DocumentOf<C>, Stamped & string>
  : never;

type DistributiveOmit<D, Name extends string> = D extends unknown
  ? { readonly [Field in keyof D as Exclude<Field, Name>]: D[Field] }
  : never;

export type SessionDocument = DocumentOf<typeof schema.sessions>;
export type SessionStatus = SessionDocument["status"];
export type NewSession = NewDocumentOf<typeof schema.sessions>;

export type ChunkDocument = DocumentOf<typeof schema.chunks>;
/** The contract's ChunkStatus, in lower case. */
export type ChunkDocumentStatus = ChunkDocument["status"];

type ProofVariants = (typeof schema.taskProofs)["fields"]["value"]["of"];
type ProofBase = Omit<DocumentOf<typeof schema.taskProofs>, "type" | "value">;
/** A proof, its value told by its type. */
export type TaskProofDocument = {
  [Type in keyof ProofVariants]: ProofBase & {
    readonly type: Type;
    readonly value: RecordOf<ProofVariants[Type]>;
  };
}[keyof ProofVariants];
export type TaskProofType = TaskProofDocument["type"];
export type NewTaskProof = DistributiveOmit<TaskProofDocument, "ts">;

export type SlotTallyPart = DocumentOf<typeof schema.slotTallyParts>;
/** What one entity did in one slot. */
export type SlotTally = SlotTallyPart["tallies"][number];
export type SlotTallyHead = DocumentOf<typeof schema.slotTallies>;
/** What a closer passes; the parts and their number of entities follow from the tallies. */
export type NewSlotTallyHead = Omit<
  NewDocumentOf<typeof schema.slotTallies>,
  "_id" | "entityCount" | "parts"
>;

export type WorkTallyDocument = DocumentOf<typeof schema.workTally>;

export type LeaderScheduleDocument = DocumentOf<typeof schema.leaderSchedule>;
export type NewDecision = Omit<NewDocumentOf<typeof schema.leaderSchedule>, "result" | "block">;
export type SlotResult = NonNullable<LeaderScheduleDocument["result"]>;
export type SlotBlock = NonNullable<LeaderScheduleDocument["block"]>;

export type PayoutDocument = DocumentOf<typeof schema.payouts>;
export type PayoutStatus = PayoutDocument["status"];
export type NewPayout = NewDocumentOf<typeof schema.payouts>;

export type AnchorTransactionDocument = DocumentOf<typeof schema.anchorTransactions>;
export type AnchorTransactionStatus = AnchorTransactionDocument["status"];
export type NewAnchorTransaction = NewDocumentOf<typeof schema.anchorTransactions>;

export type NodeDocument = DocumentOf<typeof schema.nodes>;
export type NewNodeRecord = NewDocumentOf<typeof schema.nodes>;

export type RecordedChunkDocument = DocumentOf<typeof schema.recordedChunks>;

export type AttestationDocument = DocumentOf<typeof schema.attestations>;

export type DeploymentParametersDocument = DocumentOf<typeof schema.deploymentParameters>;
