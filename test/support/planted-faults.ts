import { mkdtempDisposable, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Wallet as EthersWallet, id, Transaction, type Wallet } from "ethers";
import { localKey } from "../../devnet/anvil.ts";
import type { DocumentIn, Plant } from "../../devnet/planted-store.ts";
import { sealedSessions } from "../../devnet/sealed-sessions.ts";
import type { AuditCode } from "../../offchain/audit/codes.ts";
import type { AuditPlace } from "../../offchain/audit/finding.ts";
import type { TronMovements, TronView } from "../../offchain/audit/tron-view.ts";
import { proofsRoot, talliesRoot } from "../../offchain/consensus/node/record-roots.ts";
import {
  type BlockRecord,
  blockBody,
  blockHash,
  parseBlockBody,
} from "../../offchain/consensus/rules/block-record.ts";
import { closingTime, slotStart } from "../../offchain/consensus/slot-time.ts";
import { signMessage } from "../../offchain/consensus/typed-data/sign-message.ts";
import { keccak256Hex } from "../../offchain/keccak.ts";
import { enterPayouts } from "../../offchain/payouts/enter-payouts.ts";
import { type PlanModules, planMonth } from "../../offchain/payouts/plan-month.ts";
import type { ChainPayment } from "../../offchain/payouts/reconcile/differences.ts";
import { StatementFolder } from "../../offchain/payouts/statement-folder.ts";
import { signStatement } from "../../offchain/payouts/statement-signatures.ts";
import { sessionCommitment } from "../../offchain/sessions/session.ts";
import { chunkPath } from "../../offchain/sessions/session-directory.ts";
import type {
  LeaderScheduleDocument,
  NewPayout,
  SessionDocument,
  SlotTally,
  SlotTallyHead,
  SlotTallyPart,
  TaskProofDocument,
} from "../../offchain/store/documents.ts";
import { openStore } from "../../offchain/store/open-store.ts";
import { eachDocument, type Page, type PageRequest } from "../../offchain/store/repositories/repository.ts";
import { partId } from "../../offchain/store/slot-tally/part-id.ts";
import { tronAddressOf } from "../../offchain/tron-address.ts";
import { LucidAnchors__factory, LucidCheckpoints__factory } from "../../typechain-types/index.ts";
import {
  APPROVER,
  type AuditWorld,
  BUDGET,
  EPOCH,
  FIRST_SLOT,
  LAST_SLOT,
  MONTH,
  PLANNER,
  SPECIAL,
} from "./audit-world.ts";
import { asDocument, plannedRows } from "./planned-rows.ts";

type ReadHistory = Pick<
  History,
  "schedule" | "heads" | "parts" | "proofs" | "sessions" | "payouts" | "transactions"
>;

async function allOf<D>(read: (request: PageRequest) => Promise<Page<D>>): Promise<D[]> {
  const found: D[] = [];
  for await (const one of eachDocument(read)) found.push(one);
  return found;
}

/** A history's documents, to plant faults in. */
export class History {
  readonly world: AuditWorld;
  readonly schedule: readonly LeaderScheduleDocument[];
  readonly heads: readonly SlotTallyHead[];
  readonly parts: readonly SlotTallyPart[];
  readonly proofs: readonly TaskProofDocument[];
  readonly sessions: readonly SessionDocument[];
  readonly payouts: readonly DocumentIn<"payouts">[];
  readonly transactions: readonly DocumentIn<"anchorTransactions">[];

  private constructor(world: AuditWorld, read: ReadHistory) {
    this.world = world;
    this.schedule = read.schedule;
    this.heads = read.heads;
    this.parts = read.parts;
    this.proofs = read.proofs;
    this.sessions = read.sessions;
    this.payouts = read.payouts;
    this.transactions = read.transactions;
  }

  static async read(world: AuditWorld): Promise<History> {
    const { store } = world;
    return new History(world, {
      schedule: await allOf((page) => store.leaderSchedule.allById(page)),
      heads: await allOf((page) => store.slotTallies.allById(page)),
      parts: await allOf((page) => store.slotTallyParts.allById(page)),
      proofs: await allOf((page) => store.taskProofs.allById(page)),
      sessions: await allOf((page) => store.sessions.allById(page)),
      payouts: await allOf((page) => store.payouts.allById(page)),
      transactions: await allOf((page) => store.anchorTransactions.allById(page)),
    });
  }

  slot(number: number): LeaderScheduleDocument {
    return this.schedule.find(({ slot }) => slot === FIRST_SLOT + number) as LeaderScheduleDocument;
  }

  /** A slot that lists sessions. */
  get publishing(): LeaderScheduleDocument {
    return this.schedule.find(
      ({ block, slot }) => slot > FIRST_SLOT + SPECIAL.missed && recordOf(block).sessions.length > 1,
    ) as LeaderScheduleDocument;
  }

  /** A slot with a block that lists none, after which there are others. */
  get quiet(): LeaderScheduleDocument {
    return this.schedule.find(
      ({ block, slot }) =>
        slot > FIRST_SLOT + 6 && block !== undefined && recordOf(block).sessions.length === 0,
    ) as LeaderScheduleDocument;
  }

  get queued(): SessionDocument {
    const [[sessionId]] = recordOf(this.publishing.block).sessions as [readonly [string, string]];
    return this.sessions.find(({ _id }) => _id === sessionId) as SessionDocument;
  }

  get sealedHere(): string {
    return (this.world.sealed[0] as AuditWorld["sealed"][0]).manifest.sessionId;
  }

  walletOf(address: string): Wallet {
    return (this.world.nodes.find(({ nodeId }) => nodeId === address) as AuditWorld["nodes"][0]).wallet;
  }

  /** A slot's block, changed and, unless it is told otherwise, signed again by its signer. */
  async block(
    slot: number,
    change: (record: BlockRecord) => BlockRecord | string,
    signer?: Wallet,
  ): Promise<Plant> {
    const stored = this.schedule.find((one) => one.slot === slot) as LeaderScheduleDocument;
    const block = stored.block as NonNullable<LeaderScheduleDocument["block"]>;
    const changed = change(recordOf(block));
    const body = typeof changed === "string" ? changed : blockBody(changed);
    const hash = blockHash(body);
    const wallet = signer ?? this.walletOf(block.signer);
    const signature = await signMessage(wallet, this.world.domain, {
      name: "SlotBlock",
      message: { slot, blockHash: hash },
    });
    const written = { ...block, body, hash, signature, signer: wallet.address.toLowerCase() };
    return { leaderSchedule: only(slot, (document) => ({ ...document, block: written })) };
  }

  /** A slot's record with other tallies or proofs, signed again by its closer. */
  async tally(
    slot: number,
    change: (tallies: readonly SlotTally[]) => readonly SlotTally[],
    ids: (ids: readonly string[]) => readonly string[] = (same) => same,
  ): Promise<Plant> {
    const head = this.heads.find(({ _id }) => _id === slot) as SlotTallyHead;
    const before = this.parts
      .filter((part) => head.parts.includes(part._id))
      .flatMap(({ tallies }) => tallies);
    const tallies = change(before);
    const counted = this.proofs.filter((proof) => proof.slot === slot && proof.ts <= closingTime(slot));
    const kept = ids(counted.map(({ _id }) => _id));
    const roots = {
      proofCount: kept.length,
      proofsRoot: proofsRoot(kept),
      talliesRoot: talliesRoot(tallies),
    };
    const message = { slot, ...roots, entityCount: tallies.length };
    const closerSig = await signMessage(this.walletOf(head.closer), this.world.domain, {
      name: "SlotTally",
      message,
    });
    const part = { slot, number: 0, tallies };
    const _id = partId(part);
    const changed = { ...head, ...roots, entityCount: tallies.length, parts: [_id], closerSig };
    return {
      slotTallies: onlyHead(slot, () => changed),
      slotTallyParts: (one) => (head.parts.includes(one._id) ? { ...part, _id } : one),
    };
  }
}

export const recordOf = (block: LeaderScheduleDocument["block"]): BlockRecord =>
  (block && parseBlockBody(block.body).record) ?? ({ sessions: [] } as unknown as BlockRecord);

type Change<D> = (document: D) => D | readonly D[] | undefined;

const only =
  (slot: number, change: Change<LeaderScheduleDocument>): Change<LeaderScheduleDocument> =>
  (document) =>
    document.slot === slot ? change(document) : document;
const onlyHead =
  (slot: number, change: Change<SlotTallyHead>): Change<SlotTallyHead> =>
  (head) =>
    head._id === slot ? change(head) : head;
const onlySession =
  (sessionId: string, change: Change<SessionDocument>): Change<SessionDocument> =>
  (entry) =>
    entry._id === sessionId ? change(entry) : entry;

/** One fault, how it gets into a clean history, and what an audit calls it. */
export interface PlantedFault {
  readonly name: string;
  readonly code: AuditCode;
  readonly place?: (history: History) => AuditPlace;
  readonly plant?: (history: History) => Plant | Promise<Plant>;
  /** Something that happens on the chain; taken back afterwards. */
  readonly onChain?: (history: History) => Promise<void>;
  /** A change in a copy of the data folder. */
  readonly onDisk?: (history: History, dataDir: string) => Promise<void>;
  /** What TRON shows. */
  readonly tron?: (history: History) => TronView;
}

const slotOf = (find: (history: History) => LeaderScheduleDocument) => (history: History) => {
  return { slot: find(history).slot };
};

/** A transcript changed as JSON, its hash with it. */
const transcript = (
  { transcript: text, ...rest }: LeaderScheduleDocument,
  change: (value: Record<string, unknown>) => void,
): LeaderScheduleDocument => {
  const value = JSON.parse(text);
  change(value);
  const changed = JSON.stringify(value);
  return { ...rest, transcript: changed, transcriptHash: keccak256Hex(Buffer.from(changed)) };
};

/** A slot that was decided by rank while somebody cooled down. */
const ranked = (history: History) =>
  history.schedule.find(({ transcript: text, fallbacks }) => {
    const { reason, recentWinners } = JSON.parse(text);
    return reason.kind === "primary" && recentWinners.length > 1 && fallbacks.length > 0;
  }) as LeaderScheduleDocument;

const SESSIONS: readonly PlantedFault[] = [
  {
    name: "a changed manifest",
    code: "SESSION_CONTENT_DIFFERS",
    plant: ({ queued }) => ({
      sessions: onlySession(queued._id, (entry) => ({ ...entry, manifest_hash: id("another") })),
    }),
  },
  {
    name: "an owner's signature by somebody else",
    code: "SESSION_SIGNATURE_WRONG",
    plant: ({ queued, sessions }) => {
      const other = sessions.find(({ owner_addr }) => owner_addr !== queued.owner_addr) as SessionDocument;
      return { sessions: onlySession(queued._id, (entry) => ({ ...entry, owner_sig: other.owner_sig })) };
    },
  },
  {
    name: "a time of registration a second too early",
    code: "SESSION_TIME_DIFFERS",
    plant: ({ queued }) => ({
      sessions: onlySession(queued._id, (entry) => ({
        ...entry,
        registered_at: (entry.registered_at ?? 0) - 1,
      })),
    }),
  },
  {
    name: "a session taken out of the store",
    code: "SESSION_MISSING",
    plant: ({ queued }) => ({ sessions: onlySession(queued._id, () => undefined) }),
  },
  {
    name: "a session that names another transaction",
    code: "SESSION_TRANSACTION_DIFFERS",
    plant: ({ queued }) => ({
      sessions: onlySession(queued._id, (entry) => ({ ...entry, anchor_txid: id("another") })),
    }),
  },
  {
    name: "a path that does not lead to the tree",
    code: "SESSION_TREE_PATH_WRONG",
    plant: ({ sessions }) => {
      const { _id } = sessions.find(({ anchor_mode }) => anchor_mode === "tree") as SessionDocument;
      return { sessions: onlySession(_id, (entry) => ({ ...entry, tree_proof: [id("another")] })) };
    },
  },
  {
    name: "a session entered as anchored that the chain does not have",
    code: "SESSION_ABSENT_FROM_CHAIN",
    plant: async ({ queued }) => {
      const [sealed] = await sealedSessions("never anchored", 1);
      const { manifest, manifestHash, signature } = sealed as Awaited<ReturnType<typeof sealedSessions>>[0];
      const [chunk] = manifest.chunks as [(typeof manifest.chunks)[0]];
      const { sessionId, owner, startedAt, endedAt, merkleRoot } = manifest;
      return {
        sessions: (entry) =>
          entry._id === queued._id
            ? [
                entry,
                {
                  ...entry,
                  _id: sessionId,
                  owner_addr: owner,
                  owner_sig: signature,
                  started_at: startedAt,
                  ended_at: endedAt,
                  manifest_hash: manifestHash,
                  merkle_root: merkleRoot,
                  chunk_count: 1,
                  size_bytes: chunk.sizeBytes,
                },
              ]
            : entry,
        chunks: (one) =>
          one._id === `${queued._id}:0`
            ? [
                one,
                {
                  ...one,
                  _id: `${sessionId}:0`,
                  session_id: sessionId,
                  ciphertext_sha256: chunk.ciphertextSha256,
                  content_root: chunk.contentRoot,
                  size_bytes: chunk.sizeBytes,
                },
              ]
            : one,
      };
    },
  },
  {
    name: "a damaged chunk file",
    code: "SESSION_FILES_DIFFER",
    onDisk: async ({ world }, dataDir) => {
      const { manifest, directory } = world.sealed[1] as AuditWorld["sealed"][1] & object;
      const path = chunkPath(directory.replace(world.dataDir, dataDir), manifest.chunks.length - 1);
      const bytes = await readFile(path);
      bytes[10] = (bytes[10] ?? 0) ^ 1;
      await writeFile(path, bytes);
    },
  },
  {
    name: "a chunk taken out of the store",
    code: "CHUNK_MISSING",
    plant: ({ sealedHere }) => ({ chunks: (one) => (one._id === `${sealedHere}:1` ? undefined : one) }),
  },
  {
    name: "a chunk with another digest",
    code: "CHUNK_CONTENT_DIFFERS",
    plant: ({ sealedHere }) => ({
      chunks: (one) => (one._id === `${sealedHere}:0` ? { ...one, ciphertext_sha256: id("another") } : one),
    }),
  },
  {
    name: "a session's size that its chunks do not add up to",
    code: "CHUNK_SIZES_DIFFER",
    plant: ({ sealedHere }) => ({
      sessions: onlySession(sealedHere, (entry) => ({ ...entry, size_bytes: entry.size_bytes + 1 })),
    }),
  },
  {
    name: "a chunk status that the contract does not have",
    code: "CHUNK_STATUS_DIFFERS",
    place: ({ sealedHere }) => ({ sessionId: sealedHere, idx: 0 }),
    plant: ({ sealedHere }) => ({
      chunks: (one) => (one._id === `${sealedHere}:0` ? { ...one, status: "deleted" } : one),
    }),
  },
  {
    name: "a recorded chunk with another size",
    code: "RECORDED_CHUNK_DIFFERS",
    place: () => ({ position: 1, field: "sizeBytes" }),
    plant: () => ({
      recordedChunks: (one) => (one._id === 1 ? { ...one, sizeBytes: one.sizeBytes + 1 } : one),
    }),
  },
  {
    name: "a recorded chunk that nobody recorded",
    code: "RECORDED_CHUNK_INVENTED",
    plant: () => ({
      recordedChunks: (one) =>
        one._id === 0 ? [one, { ...one, _id: 999, commitment: id("invented"), logIndex: 999 }] : one,
    }),
  },
];

const REGISTRATIONS: readonly PlantedFault[] = [
  {
    name: "a registration that was changed after it was signed",
    code: "REGISTRATION_SIGNATURE_WRONG",
    plant: ({ world }) => ({
      nodes: (record) =>
        record.address === world.nodes[1]?.nodeId
          ? { ...record, tronAddress: tronAddressOf(`0x${"99".repeat(20)}`) }
          : record,
    }),
  },
  {
    name: "a registration that its account never signed",
    code: "REGISTRATION_SIGNATURE_WRONG",
    plant: ({ world }) => ({
      nodes: (record) =>
        record.address === world.nodes[1]?.nodeId
          ? [record, { ...record, _id: id("a forged record"), sequence: 2, ts: record.ts + 1 }]
          : record,
    }),
  },
];

const INPUTS: readonly PlantedFault[] = [
  {
    name: "a tally one too high",
    code: "TALLY_UNSUPPORTED",
    place: () => ({ slot: FIRST_SLOT + 6 }),
    plant: (history) =>
      history.tally(FIRST_SLOT + 6, ([first, ...rest]) => {
        const tally = first as SlotTally;
        return [{ ...tally, storageProofs: tally.storageProofs + 1 }, ...rest];
      }),
  },
  {
    name: "a proof left out",
    code: "PROOF_LEFT_OUT",
    place: () => ({ slot: FIRST_SLOT + 6 }),
    plant: (history) => {
      const left = history.proofs.find(
        ({ slot, type, poolId }) =>
          slot === FIRST_SLOT + 6 && type === "storage_availability" && poolId === undefined,
      ) as TaskProofDocument;
      return history.tally(
        FIRST_SLOT + 6,
        (tallies) =>
          tallies.map((tally) =>
            tally.entityId === left.nodeId ? { ...tally, storageProofs: tally.storageProofs - 1 } : tally,
          ),
        (ids) => ids.filter((one) => one !== left._id),
      );
    },
  },
  {
    name: "a tally without its closer's signature",
    code: "TALLY_SIGNATURE_WRONG",
    place: () => ({ slot: FIRST_SLOT + 7 }),
    plant: ({ heads }) => {
      const other = heads.find(({ _id }) => _id === FIRST_SLOT + 6) as SlotTallyHead;
      return { slotTallies: onlyHead(FIRST_SLOT + 7, (head) => ({ ...head, closerSig: other.closerSig })) };
    },
  },
  {
    name: "a tally without its parts",
    code: "TALLY_PARTS_DAMAGED",
    place: () => ({ slot: FIRST_SLOT + 7 }),
    plant: ({ heads }) => {
      const { parts } = heads.find(({ _id }) => _id === FIRST_SLOT + 7) as SlotTallyHead;
      return { slotTallyParts: (part) => (parts.includes(part._id) ? undefined : part) };
    },
  },
  {
    name: "a slot whose inputs were never closed",
    code: "TALLY_MISSING",
    place: () => ({ slot: FIRST_SLOT + 7 }),
    plant: () => ({ slotTallies: onlyHead(FIRST_SLOT + 7, () => undefined) }),
  },
  {
    name: "a slot closed while proofs still counted",
    code: "TALLY_CLOSED_EARLY",
    plant: () => ({
      slotTallies: onlyHead(FIRST_SLOT + 7, (head) => ({
        ...head,
        closedAt: closingTime(FIRST_SLOT + 7) - 1,
      })),
    }),
  },
  {
    name: "a storage answer taken out after it was counted",
    code: "TALLY_UNSUPPORTED",
    place: () => ({ slot: FIRST_SLOT + 6 }),
    plant: ({ proofs }) => {
      const gone = proofs.find(
        ({ slot, type }) => slot === FIRST_SLOT + 6 && type === "storage_availability",
      );
      return { taskProofs: (proof) => (proof._id === gone?._id ? undefined : proof) };
    },
  },
  {
    name: "a beacon taken out after it was counted",
    code: "TALLY_UNSUPPORTED",
    place: () => ({ slot: FIRST_SLOT + 6 }),
    plant: ({ proofs }) => {
      const gone = proofs.find(({ slot, type }) => slot === FIRST_SLOT + 6 && type === "uptime_beacon");
      return { taskProofs: (proof) => (proof._id === gone?._id ? undefined : proof) };
    },
  },
  {
    name: "a proof whose signature was replaced",
    code: "TALLY_UNSUPPORTED",
    place: () => ({ slot: FIRST_SLOT + 6 }),
    plant: ({ proofs }) => {
      const [one, other] = proofs.filter(
        ({ slot, type }) => slot === FIRST_SLOT + 6 && type === "validation_signature",
      );
      return {
        taskProofs: (proof) => (proof._id === one?._id ? { ...proof, sig: other?.sig ?? "" } : proof),
      };
    },
  },
  {
    name: "a stamp that runs back",
    code: "STAMP_RUNS_BACK",
    place: () => ({ slot: FIRST_SLOT + 9, field: "decidedAt" }),
    plant: () => ({
      leaderSchedule: only(FIRST_SLOT + 9, (document) => ({
        ...document,
        decidedAt: slotStart(FIRST_SLOT + 7),
      })),
    }),
  },
];

const DECISIONS: readonly PlantedFault[] = [
  {
    name: "a skipped slot",
    code: "DECISION_MISSING",
    place: () => ({ slot: FIRST_SLOT + SPECIAL.missed }),
    plant: () => ({ leaderSchedule: only(FIRST_SLOT + SPECIAL.missed, () => undefined) }),
  },
  {
    name: "a slot with a block taken out",
    code: "DECISION_MISSING",
    place: slotOf((history) => history.quiet),
    plant: ({ quiet }) => ({ leaderSchedule: only(quiet.slot, () => undefined) }),
  },
  {
    name: "a transcript whose hash is another",
    code: "DECISION_HASH_WRONG",
    place: slotOf((history) => history.quiet),
    plant: ({ quiet }) => ({
      leaderSchedule: only(quiet.slot, (document) => ({ ...document, transcriptHash: id("another") })),
    }),
  },
  {
    name: "a leader in cooldown",
    code: "DECISION_LEADER_INELIGIBLE",
    place: (history) => {
      const [{ entityId }] = JSON.parse(ranked(history).transcript).recentWinners;
      return { slot: ranked(history).slot, field: "primary", entityId };
    },
    plant: (history) => {
      const { slot } = ranked(history);
      return {
        leaderSchedule: only(slot, (document) => {
          const [{ entityId }] = JSON.parse(document.transcript).recentWinners;
          const changed = transcript(document, (value) => {
            (value.candidates as { entityId: string }[])[0] = {
              ...(value.candidates as { entityId: string }[])[0],
              entityId,
            };
          });
          return { ...changed, primary: entityId };
        }),
      };
    },
  },
  {
    name: "a leader who ranks second",
    code: "DECISION_LEADER_WRONG",
    place: (history) => ({ slot: ranked(history).slot, field: "primary" }),
    plant: (history) => ({
      leaderSchedule: only(ranked(history).slot, (document) => {
        const [second = "", ...rest] = document.fallbacks;
        const fallbacks = [document.primary ?? "", ...rest];
        const changed = transcript(document, (value) => {
          const [a, b, ...others] = value.candidates as unknown[];
          value.candidates = [b, a, ...others];
        });
        return { ...changed, primary: second, fallbacks };
      }),
    }),
  },
  {
    name: "a transcript with another figure",
    code: "DECISION_TRANSCRIPT_DIFFERS",
    place: slotOf((history) => history.quiet),
    plant: ({ quiet }) => ({
      leaderSchedule: only(quiet.slot, (document) =>
        transcript(document, (value) => {
          const [first] = value.candidates as { credits: number }[];
          if (first !== undefined) first.credits += 1;
        }),
      ),
    }),
  },
  {
    name: "a decision from other tallies",
    code: "DECISION_INPUT_DIFFERS",
    place: (history) => ({ slot: history.quiet.slot, field: "window" }),
    plant: ({ quiet }) => ({
      leaderSchedule: only(quiet.slot, (document) =>
        transcript(document, (value) => {
          (value.window as { talliesHash: string }).talliesHash = id("other tallies");
        }),
      ),
    }),
  },
];

const missedSlot = FIRST_SLOT + SPECIAL.missed;
const withResult = (slot: number, change: Partial<NonNullable<LeaderScheduleDocument["result"]>>) => ({
  leaderSchedule: only(slot, (document) => ({
    ...document,
    result: { ...(document.result as NonNullable<LeaderScheduleDocument["result"]>), ...change },
  })),
});

const RESULTS: readonly PlantedFault[] = [
  {
    name: "a slot that was never settled",
    code: "RESULT_MISSING",
    place: () => ({ slot: missedSlot }),
    plant: () => ({ leaderSchedule: only(missedSlot, ({ result: _, ...document }) => document) }),
  },
  {
    name: "a slot won by somebody who was no candidate",
    code: "RESULT_WINNER_NOT_CANDIDATE",
    place: () => ({ slot: FIRST_SLOT + SPECIAL.withoutBlock }),
    plant: () => withResult(FIRST_SLOT + SPECIAL.withoutBlock, { winner: `0x${"77".repeat(20)}` }),
  },
  {
    name: "a slot taken after its time",
    code: "RESULT_OUTSIDE_WINDOW",
    plant: ({ quiet }) => withResult(quiet.slot, { takenAt: slotStart(quiet.slot) + 21_000 }),
  },
  {
    name: "a fallback entered as primary",
    code: "RESULT_REASON_WRONG",
    place: () => ({ slot: FIRST_SLOT + SPECIAL.fallback }),
    plant: (history) => {
      const { slot } = history.slot(SPECIAL.fallback);
      return withResult(slot, {
        reason: history.slot(SPECIAL.fallback).result?.reason === "primary" ? "fallback" : "primary",
      });
    },
  },
  {
    name: "a slot called missed while a candidate could take it",
    code: "RESULT_MISSED_EARLY",
    place: () => ({ slot: missedSlot }),
    plant: () => withResult(missedSlot, { takenAt: slotStart(missedSlot) + 2_000 }),
  },
];

const BLOCKS: readonly PlantedFault[] = [
  {
    name: "a block in a slot that nobody won",
    code: "BLOCK_WITHOUT_WINNER",
    plant: ({ quiet }) => ({
      leaderSchedule: only(missedSlot, (document) => ({
        ...document,
        block: quiet.block as NonNullable<typeof quiet.block>,
      })),
    }),
  },
  {
    name: "a late block",
    code: "BLOCK_LATE",
    place: slotOf((history) => history.quiet),
    plant: ({ quiet }) => ({
      leaderSchedule: only(quiet.slot, (document) => ({
        ...document,
        block: {
          ...(document.block as NonNullable<typeof document.block>),
          writtenAt: slotStart(quiet.slot) + 61_000,
        },
      })),
    }),
  },
  {
    name: "a block whose body was changed",
    code: "BLOCK_HASH_DIFFERS",
    place: slotOf((history) => history.quiet),
    plant: ({ quiet }) => ({
      leaderSchedule: only(quiet.slot, (document) => {
        const block = document.block as NonNullable<typeof document.block>;
        const body = blockBody({ ...recordOf(block), transcriptHash: id("another") });
        return { ...document, block: { ...block, body } };
      }),
    }),
  },
  {
    name: "a block that is no record",
    code: "BLOCK_BODY_INVALID",
    place: slotOf((history) => history.quiet),
    plant: (history) => history.block(history.quiet.slot, () => "{}"),
  },
  {
    name: "a block that links to another before it",
    code: "BLOCK_LINK_BROKEN",
    plant: (history) =>
      history.block(history.quiet.slot, (record) => ({ ...record, previous: id("another") })),
  },
  {
    name: "a block that gives another reason",
    code: "BLOCK_FIELD_DIFFERS",
    place: (history) => ({ slot: history.quiet.slot, field: "reason" }),
    plant: (history) =>
      history.block(history.quiet.slot, (record) => {
        return { ...record, reason: record.reason === "fallback" ? "primary" : "fallback" };
      }),
  },
  {
    name: "a block with a signature of another",
    code: "BLOCK_SIGNER_DIFFERS",
    place: slotOf((history) => history.quiet),
    plant: ({ quiet, publishing }) => ({
      leaderSchedule: only(quiet.slot, (document) => ({
        ...document,
        block: {
          ...(document.block as NonNullable<typeof document.block>),
          signature: publishing.block?.signature ?? "",
        },
      })),
    }),
  },
  {
    name: "a block signed by a node that did not win",
    code: "BLOCK_SIGNER_NOT_WINNER",
    place: slotOf((history) => history.quiet),
    plant: (history) => {
      const { signer } = history.quiet.block as NonNullable<LeaderScheduleDocument["block"]>;
      const { winner } = history.quiet.result as NonNullable<LeaderScheduleDocument["result"]>;
      const other = history.world.nodes.find(({ nodeId }) => nodeId !== signer && nodeId !== winner);
      return history.block(history.quiet.slot, (record) => record, other?.wallet);
    },
  },
  {
    name: "a block with more sessions than it may list",
    code: "BLOCK_SESSIONS_TOO_MANY",
    plant: (history) =>
      history.block(history.publishing.slot, (record) => {
        const sessions = Array.from({ length: 501 }, () => record.sessions[0] as BlockRecord["sessions"][0]);
        return { ...record, sessions };
      }),
  },
  {
    name: "a block that lists a session twice",
    code: "BLOCK_SESSION_TWICE",
    plant: (history) =>
      history.block(history.publishing.slot, (record) => {
        const [first, ...rest] = record.sessions as [BlockRecord["sessions"][0]];
        return { ...record, sessions: [first, first, ...rest] };
      }),
  },
  {
    name: "a block that lists sessions without a transaction",
    code: "BLOCK_TRANSACTION_UNFIT",
    plant: (history) => history.block(history.publishing.slot, ({ txid: _, ...record }) => record),
  },
  {
    name: "a block that names a transaction that never was",
    code: "BLOCK_TRANSACTION_ABSENT",
    plant: (history) =>
      history.block(history.publishing.slot, (record) => ({ ...record, txid: id("never") })),
  },
  {
    name: "a block that names a transaction that reverted",
    code: "BLOCK_TRANSACTION_FAILED",
    plant: async (history) => {
      const { provider, anchors } = history.world.chain;
      const outsider = new EthersWallet(localKey(15));
      const data = LucidAnchors__factory.createInterface().encodeFunctionData("registerSessionTree", [
        id("tree"),
        1,
      ]);
      const nonce = await provider.getTransactionCount(outsider.address);
      const raw = await outsider.signTransaction({
        ...{ type: 2, chainId: 31_337, nonce, to: anchors.address, data, gasLimit: 200_000 },
        ...{ maxFeePerGas: 100_000_000_000n, maxPriorityFeePerGas: 1n },
      });
      // The node mines it, and says that it reverted.
      await provider.send("eth_sendRawTransaction", [raw]).catch(() => undefined);
      const txid = Transaction.from(raw).hash as string;
      return await history.block(history.publishing.slot, (record) => ({ ...record, txid }));
    },
  },
  {
    name: "a block that lists another content of a session",
    code: "BLOCK_SESSION_UNKNOWN",
    plant: (history) =>
      history.block(history.publishing.slot, (record) => {
        const [[sessionId], ...rest] = record.sessions as [BlockRecord["sessions"][0]];
        return { ...record, sessions: [[sessionId, id("another content")], ...rest] };
      }),
  },
  {
    name: "a block that lists a session that its transaction did not register",
    code: "BLOCK_SESSION_NOT_ON_CHAIN",
    plant: async (history) => {
      const { queued, publishing } = history;
      const [sealed] = await sealedSessions("listed alone", 1);
      const { manifest, manifestHash, signature, session } = sealed as Awaited<
        ReturnType<typeof sealedSessions>
      >[0];
      const [chunk] = manifest.chunks as [(typeof manifest.chunks)[0]];
      const plant = await history.block(publishing.slot, (record) => {
        const sessions = [...record.sessions, [manifest.sessionId, sessionCommitment(session)] as const];
        return { ...record, sessions };
      });
      const { anchor_mode, registered_at, anchor_txid, block_number, gas_used, queued: _, ...rest } = queued;
      void [anchor_mode, registered_at, anchor_txid, block_number, gas_used];
      return {
        ...plant,
        sessions: (entry) =>
          entry._id !== queued._id
            ? entry
            : [
                entry,
                {
                  ...rest,
                  _id: manifest.sessionId,
                  owner_addr: manifest.owner,
                  owner_sig: signature,
                  started_at: manifest.startedAt,
                  ended_at: manifest.endedAt,
                  manifest_hash: manifestHash,
                  merkle_root: manifest.merkleRoot,
                  size_bytes: chunk.sizeBytes,
                  status: "sealed" as const,
                },
              ],
        chunks: (one) =>
          one._id !== `${queued._id}:0`
            ? one
            : [
                one,
                {
                  ...one,
                  _id: `${manifest.sessionId}:0`,
                  session_id: manifest.sessionId,
                  ciphertext_sha256: chunk.ciphertextSha256,
                  content_root: chunk.contentRoot,
                  size_bytes: chunk.sizeBytes,
                },
              ],
      };
    },
  },
  {
    name: "a block that is silent about a session that its transaction registered",
    code: "BLOCK_SESSION_SECRET",
    plant: (history) =>
      history.block(history.publishing.slot, (record) => ({ ...record, sessions: record.sessions.slice(1) })),
  },
  {
    name: "a block that overlooked an older session",
    code: "BLOCK_SESSION_OVERLOOKED",
    plant: ({ queued, publishing }) => ({
      sessions: onlySession(queued._id, (entry) => ({
        ...entry,
        created_at: slotStart(publishing.slot - 2) - 30_000,
        queued: { at: slotStart(publishing.slot - 2) - 20_000 },
      })),
    }),
  },
  {
    name: "an anchor by a node that did not win",
    code: "ANCHOR_NOT_BY_WINNER",
    onChain: async ({ world, schedule }) => {
      const winner = schedule.at(-1)?.result?.winner;
      const node = world.nodes.find(({ nodeId }) => nodeId !== winner) as AuditWorld["nodes"][0];
      const [sealed] = await sealedSessions("by the wrong node", 1);
      const { session } = sealed as Awaited<ReturnType<typeof sealedSessions>>[0];
      const wallet = node.wallet.connect(world.chain.provider);
      const anchors = LucidAnchors__factory.connect(world.chain.anchors.address, wallet);
      await world.chain.setNextTime(slotStart(LAST_SLOT) / 1_000 + 115);
      await (await anchors.registerSessions([session])).wait();
      await world.chain.mine(2);
    },
  },
];

const attestOtherwise = async ({ world }: History, keys: readonly Wallet[]) => {
  for (const key of keys) {
    const wallet = key.connect(world.chain.provider);
    const checkpoints = LucidCheckpoints__factory.connect(world.chain.checkpoints.address, wallet);
    await (await checkpoints.attestEpoch(EPOCH, id("another root"))).wait();
  }
  await world.chain.mine(2);
};

const EPOCHS: readonly PlantedFault[] = [
  {
    name: "a work tally one credit too high",
    code: "WORK_TALLY_DIFFERS",
    plant: () => ({ workTally: (row) => (row.rank === 2 ? { ...row, credits: row.credits + 1 } : row) }),
  },
  {
    name: "a work tally without a row",
    code: "WORK_TALLY_MISSING",
    plant: () => ({ workTally: (row) => (row.rank === 2 ? undefined : row) }),
  },
  {
    name: "a work tally with a row too many",
    code: "WORK_TALLY_INVENTED",
    plant: () => ({
      workTally: (row) => {
        const entityId = `0x${"88".repeat(20)}`;
        return row.rank === 1 ? [row, { ...row, _id: `${row.epoch}:${entityId}`, entityId, rank: 99 }] : row;
      },
    }),
  },
  {
    name: "a checkpoint that differs",
    code: "ATTESTATION_DIFFERS",
    onChain: (history) =>
      attestOtherwise(history, [(history.world.nodes[5] as AuditWorld["nodes"][0]).wallet]),
  },
  {
    name: "a checkpoint that most attested otherwise",
    code: "EPOCH_ROOT_OUTVOTED",
    place: () => ({ epoch: EPOCH }),
    onChain: async (history) => {
      const { world } = history;
      const admin = new EthersWallet(localKey(0), world.chain.provider);
      const anchors = LucidAnchors__factory.connect(world.chain.anchors.address, admin);
      const extra = [16, 17, 18].map((number) => new EthersWallet(localKey(number)));
      for (const { address } of extra) {
        await (await anchors.grantRole(await anchors.REGISTRAR_ROLE(), address)).wait();
      }
      const members = world.nodes.slice(4).map(({ wallet }) => wallet);
      await attestOtherwise(history, [...members, ...extra]);
    },
  },
  {
    name: "a copied attestation with another root",
    code: "ATTESTATION_COPY_DIFFERS",
    plant: ({ world }) => ({
      attestations: (one) =>
        one.attester === world.nodes[0]?.nodeId ? { ...one, root: id("another") } : one,
    }),
  },
];

const published = (history: History) => recordOf(history.publishing.block).txid as string;
const onlyTransaction = (
  history: History,
  change: (one: DocumentIn<"anchorTransactions">) => DocumentIn<"anchorTransactions">,
): Plant => ({
  anchorTransactions: (one) => (one._id === published(history) ? change(one) : one),
});

const TRANSACTIONS: readonly PlantedFault[] = [
  {
    name: "a transaction with the bytes of another",
    code: "TRANSACTION_BYTES_DIFFER",
    plant: (history) => {
      const other = history.transactions.find(({ _id }) => _id !== published(history));
      return onlyTransaction(history, (one) => ({ ...one, raw_signed: other?.raw_signed ?? "0x" }));
    },
  },
  {
    name: "a transaction that names another nonce",
    code: "TRANSACTION_BYTES_DIFFER",
    plant: (history) => onlyTransaction(history, (one) => ({ ...one, nonce: one.nonce + 100 })),
  },
  {
    name: "a confirmed transaction that the chain does not have",
    code: "TRANSACTION_ABSENT",
    plant: async (history) => {
      const wallet = history.world.nodes[0]?.wallet as Wallet;
      const raw = await wallet.signTransaction({
        type: 2,
        chainId: 31_337,
        nonce: 999,
        to: history.world.chain.anchors.address,
        gasLimit: 100_000,
        maxFeePerGas: 1_000_000_000,
        maxPriorityFeePerGas: 1,
      });
      const { hash } = Transaction.from(raw);
      return {
        anchorTransactions: (one) =>
          one._id === published(history)
            ? [
                one,
                {
                  ...one,
                  _id: hash as string,
                  nonce: 999,
                  from_addr: wallet.address.toLowerCase(),
                  to_addr: history.world.chain.anchors.address.toLowerCase(),
                  raw_signed: raw,
                },
              ]
            : one,
      };
    },
  },
  {
    name: "a transaction entered as failed that succeeded",
    code: "TRANSACTION_OUTCOME_DIFFERS",
    plant: (history) => onlyTransaction(history, (one) => ({ ...one, status: "failed" })),
  },
  {
    name: "a transaction entered in another block",
    code: "TRANSACTION_BLOCK_DIFFERS",
    plant: (history) =>
      onlyTransaction(history, (one) => ({ ...one, block_number: (one.block_number ?? 0) + 1 })),
  },
  {
    name: "a transaction that used more gas than entered",
    code: "TRANSACTION_GAS_DIFFERS",
    plant: (history) => onlyTransaction(history, (one) => ({ ...one, gas_used: (one.gas_used ?? 0) - 1 })),
  },
];

const onePayout = ({ payouts }: History, change: Change<DocumentIn<"payouts">>): Plant => {
  const [first] = payouts;
  return { payouts: (payout) => (payout._id === first?._id ? change(payout) : payout) };
};

const statementFile = (dataDir: string, end = "json") => join(dataDir, "statements", `${MONTH}.${end}`);

const PAYOUTS: readonly PlantedFault[] = [
  {
    name: "a statement that is gone",
    code: "STATEMENT_ABSENT",
    onDisk: async (_, dataDir) => {
      await rm(statementFile(dataDir));
    },
  },
  {
    name: "a statement whose row was changed",
    code: "STATEMENT_DAMAGED",
    onDisk: async (_, dataDir) => {
      const text = await readFile(statementFile(dataDir), "utf8");
      await writeFile(
        statementFile(dataDir),
        text.replace(/"share":"(\d)/, (_all, digit) => `"share":"${(Number(digit) % 9) + 1}`),
      );
    },
  },
  {
    name: "a statement with a signature of another",
    code: "STATEMENT_SIGNATURE_WRONG",
    onDisk: async (_, dataDir) => {
      const file = statementFile(dataDir, "signatures.json");
      const signatures = JSON.parse(await readFile(file, "utf8"));
      signatures.approver.document = signatures.planner.document;
      await writeFile(file, JSON.stringify(signatures));
    },
  },
  {
    name: "a payout that was not entered",
    code: "PAYOUT_MISSING",
    plant: (history) => onePayout(history, () => undefined),
  },
  {
    name: "a payout that nobody planned",
    code: "PAYOUT_UNPLANNED",
    plant: (history) => onePayout(history, (payout) => [payout, { ...payout, _id: id("unplanned") }]),
  },
  {
    name: "a payee who is to get too little",
    code: "PAYOUT_DIFFERS",
    plant: (history) => onePayout(history, (payout) => ({ ...payout, usdt_amount: payout.usdt_amount - 1n })),
  },
  {
    name: "a request whose proof does not lead to its statement",
    code: "PAYOUT_PROOF_WRONG",
    plant: (history) =>
      onePayout(history, (payout) => {
        const { month: _, entity_id: __, ...request } = payout;
        return [payout, { ...request, _id: id("request") }];
      }),
  },
  {
    name: "a request that only the planner signed",
    code: "PAYOUT_SIGNATURE_WRONG",
    plant: async (history) => {
      const [{ month: _, entity_id: __, ...request }] = (await plannedRows({ count: 1, kind: "v0" })) as [
        NewPayout,
      ];
      const unapproved = { ...request, ...(request.planner_sig && { approver_sig: request.planner_sig }) };
      return onePayout(history, (payout) => [payout, asDocument(unapproved)]);
    },
  },
];

/** What somebody plans who does not go by the record, signed and entered as `payout plan` and `approve` do. */
async function replanned(
  { world }: History,
  lie: (modules: PlanModules) => PlanModules,
): Promise<{ readonly plant: Plant; readonly write: (dataDir: string) => Promise<void> }> {
  await using folder = await mkdtempDisposable(join(tmpdir(), "lucid-lie-"));
  await using store = await openStore({ setting: "memory:" });
  const statements = new StatementFolder(folder.path);
  const honest = world.planModules(world.store, world.view, world.registry, statements);
  const modules = lie({ ...honest, store: { payouts: store.payouts, now: () => world.store.now() } });
  const { month } = world;
  const plan = { month, budget: BUDGET, minimum: 1n };
  const { composed } = await planMonth(plan, world.deploymentOf(month), modules);
  const hash = await statements.write(composed.statement);
  const hashed = { statement: composed.statement, hash };
  const planner = await signStatement(PLANNER, hashed, undefined);
  const approver = await signStatement(APPROVER, hashed, undefined);
  await statements.writeSignatures(month.name, { planner, approver });
  await enterPayouts(await statements.require(month.name), store.payouts);
  const entered = await allOf((page) => store.payouts.allById(page));
  const files = await Promise.all(
    ["json", "signatures.json"].map(
      async (end) => [end, await readFile(statementFile(folder.path, end))] as const,
    ),
  );
  let isFirst = true;
  return {
    plant: {
      payouts: () => {
        const all = isFirst ? entered : undefined;
        isFirst = false;
        return all;
      },
    },
    write: async (dataDir) => {
      for (const [end, bytes] of files) await writeFile(statementFile(dataDir, end), bytes);
    },
  };
}

const STATEMENTS: readonly PlantedFault[] = [
  {
    name: "a payee who is planned too little",
    code: "STATEMENT_SHARE_DIFFERS",
    ...lying((modules) => ({
      ...modules,
      readEpoch: async (epoch) => {
        const read = await modules.readEpoch(epoch);
        const rows = read.rows.map((row, at) => (at === 1 ? { ...row, credits: row.credits - 1 } : row));
        return { ...read, rows };
      },
    })),
  },
  {
    name: "a payee whose address was changed too late to be used",
    code: "STATEMENT_ADDRESS_DIFFERS",
    ...lying((modules) => ({
      ...modules,
      payoutAddressesAt: async (slot) => {
        const addresses = new Map(await modules.payoutAddressesAt(slot));
        const [first] = addresses.keys();
        return addresses.set(first as string, { inUse: tronAddressOf(`0x${"55".repeat(20)}`) });
      },
    })),
  },
  {
    name: "a statement that names another root of an epoch",
    code: "STATEMENT_EPOCH_DIFFERS",
    ...lying((modules) => ({
      ...modules,
      readEpoch: async (epoch) => {
        const read = await modules.readEpoch(epoch);
        return { ...read, root: id("another root"), attestedRoots: [id("another root")] };
      },
    })),
  },
];

/** A fault of whoever plans a month. */
function lying(lie: (modules: PlanModules) => PlanModules): Pick<PlantedFault, "plant" | "onDisk"> {
  let write: ((dataDir: string) => Promise<void>) | undefined;
  return {
    plant: async (history) => {
      const planned = await replanned(history, lie);
      write = planned.write;
      return planned.plant;
    },
    onDisk: async (_, dataDir) => {
      await write?.(dataDir);
    },
  };
}

/** Payments as an array has them. */
export class ArrayTron implements TronView {
  readonly #movements: TronMovements;
  readonly #blacklist: ReadonlySet<string>;

  constructor(
    { payments = [], strays = [], opened = [] }: Partial<TronMovements>,
    blacklist: readonly string[] = [],
  ) {
    this.#movements = { payments, strays, opened };
    this.#blacklist = new Set(blacklist);
  }

  async movements(): Promise<TronMovements> {
    return this.#movements;
  }

  async paymentsIn(): Promise<readonly ChainPayment[]> {
    return [];
  }

  async wasBlacklisted(address: string): Promise<boolean> {
    return this.#blacklist.has(address);
  }
}

/** Every payout of the month as its router paid it. */
export const paymentsOf = ({ payouts }: History): ChainPayment[] =>
  payouts.map(({ _id: payoutId, router, to_addr: to, usdt_amount: amount }, index) => {
    const [txid, block] = [txidOf(payoutId), 100 + index];
    return { payoutId, router, to, amount, txid, block, at: block * 3_000, isTransferred: true };
  });

const txidOf = (payoutId: string) => id(`paid ${payoutId}`).slice(2);

/** Payouts as the service leaves them when all is paid. */
export const confirmed: Plant = {
  payouts: (payout) => ({ ...payout, status: "confirmed", txid: txidOf(payout._id), block_number: 100 }),
};

const withFirst = (history: History, change: (payment: ChainPayment) => readonly ChainPayment[]) => {
  const payments = paymentsOf(history).flatMap((payment, at) => (at === 0 ? change(payment) : [payment]));
  return new ArrayTron({ payments });
};
const elsewhere = tronAddressOf(`0x${"66".repeat(20)}`);
const paid = (tron: (history: History) => TronView): Pick<PlantedFault, "plant" | "tron"> => ({
  plant: () => confirmed,
  tron,
});

const PAYMENTS: readonly PlantedFault[] = [
  {
    name: "a payout that was never paid",
    code: "PAYMENT_ABSENT",
    ...paid((history) => withFirst(history, () => [])),
  },
  {
    name: "a payout paid twice",
    code: "PAYMENT_TWICE",
    ...paid((history) => withFirst(history, (payment) => [payment, { ...payment, txid: "again" }])),
  },
  {
    name: "a payee paid too little",
    code: "PAYMENT_AMOUNT_DIFFERS",
    ...paid((history) => withFirst(history, (payment) => [{ ...payment, amount: payment.amount - 1n }])),
  },
  {
    name: "a payment to somebody else",
    code: "PAYMENT_PAYEE_DIFFERS",
    ...paid((history) => withFirst(history, (payment) => [{ ...payment, to: elsewhere }])),
  },
  {
    name: "a payment by another router than the planned one",
    code: "PAYMENT_ROUTER_DIFFERS",
    ...paid((history) => withFirst(history, (payment) => [{ ...payment, router: elsewhere }])),
  },
  {
    name: "a blacklisted payee paid",
    code: "PAYMENT_PAYEE_BLACKLISTED",
    ...paid((history) => {
      const payments = paymentsOf(history);
      return new ArrayTron({ payments }, [payments[0]?.to ?? ""]);
    }),
  },
  {
    name: "a payment that nobody planned",
    code: "PAYMENT_UNPLANNED",
    ...paid((history) =>
      withFirst(history, (payment) => [payment, { ...payment, payoutId: id("unplanned"), txid: "more" }]),
    ),
  },
  {
    name: "a payment that the store does not know of",
    code: "PAYMENT_NOT_ENTERED",
    plant: (history) => ({
      payouts: (payout) =>
        payout._id === history.payouts[0]?._id ? payout : (confirmed.payouts?.(payout) as typeof payout),
    }),
    tron: (history) => new ArrayTron({ payments: paymentsOf(history) }),
  },
  {
    name: "a payment without a transfer of the token",
    code: "PAYMENT_WITHOUT_TRANSFER",
    ...paid((history) => withFirst(history, (payment) => [{ ...payment, isTransferred: false }])),
  },
  {
    name: "a statement that a router opened and nobody knows",
    code: "STATEMENT_UNKNOWN",
    ...paid((history) => {
      const opened = [{ router: elsewhere, root: id("unknown"), at: 300_000 }];
      return new ArrayTron({ payments: paymentsOf(history), opened });
    }),
  },
  {
    name: "money that left the treasury without a payment",
    code: "TRANSFER_UNEXPLAINED",
    ...paid((history) => {
      const stray = { to: elsewhere, amount: 1n, txid: "stray", at: 300_000 };
      return new ArrayTron({ payments: paymentsOf(history), strays: [stray] });
    }),
  },
];

/** Faults that are planted in the documents, the files or the chain of a clean history. */
export const PLANTED_FAULTS: readonly PlantedFault[] = [
  ...SESSIONS,
  ...REGISTRATIONS,
  ...INPUTS,
  ...DECISIONS,
  ...RESULTS,
  ...BLOCKS,
  ...EPOCHS,
  ...TRANSACTIONS,
  ...PAYOUTS,
  ...STATEMENTS,
  ...PAYMENTS,
];
