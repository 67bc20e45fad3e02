import { sessionIdToBytes32 } from "../../sessions/session-id.ts";
import type { TaskProofDocument } from "../../store/documents.ts";
import type { HeadBlock } from "../chain-view/known-heads.ts";
import type {
  CorpusEntry,
  NodeEvidence,
  ProofCase,
  ProofOf,
  RegisteredContent,
  RelayEvidence,
  StorageEvidence,
} from "../rules/proofs/evidence.ts";
import { challengedChunk } from "../rules/proofs/storage-challenge.ts";
import { entityOf, type Registrations } from "../rules/registrations.ts";
import type { ChainView } from "./open-chain-view.ts";

export interface SlotEvidenceInput {
  /** headBlock of the slot. */
  readonly head: HeadBlock;
  readonly registrations: Registrations;
  /** Hash of the slot's block; undefined where it has none. */
  readonly blockHash: string | undefined;
  readonly chain: ChainView;
}

/** Looks up what the proofs of one slot are held to, each thing once: all of it as of the slot's headBlock. */
export class SlotEvidence {
  readonly #input: SlotEvidenceInput;
  readonly #admitted: ReadonlySet<string>;
  /** By session id. */
  readonly #contents = new Map<string, Promise<readonly RegisteredContent[]>>();
  /** By place in the corpus. */
  readonly #entries = new Map<number, Promise<CorpusEntry | undefined>>();
  #corpusSize: Promise<number> | undefined;

  private constructor(input: SlotEvidenceInput, admitted: ReadonlySet<string>) {
    this.#input = input;
    this.#admitted = admitted;
  }

  /** @throws {ConsensusError | EvmError | StoreError} what the view of the chain throws; so do the other methods */
  static async of(input: SlotEvidenceInput): Promise<SlotEvidence> {
    const { chain, head } = input;
    return new SlotEvidence(input, new Set(await chain.admissions.admitted(head.number)));
  }

  /** A proof with all that it is held to. */
  async caseOf(proof: TaskProofDocument): Promise<ProofCase> {
    const node = this.#nodeEvidence(proof.nodeId);
    const slotHash = this.#input.head.hash;
    switch (proof.type) {
      case "relay_bandwidth":
        return { proof, evidence: { ...node, ...(await this.#relayEvidence(proof)) } };
      case "storage_availability":
        return { proof, evidence: { ...node, ...(await this.#storageEvidence(proof)) } };
      case "validation_signature":
        return { proof, evidence: { ...node, blockHash: this.#input.blockHash } };
      case "uptime_beacon":
        return { proof, evidence: { ...node, slotHash } };
    }
  }

  #nodeEvidence(nodeId: string): NodeEvidence {
    const { registrations } = this.#input;
    const isAdmitted = this.#admitted.has(nodeId);
    const registered = registrations.inForce.get(nodeId);
    if (registered?.kind !== "node" || registered.vrfPublicKey === undefined) {
      return { registration: undefined, isAdmitted };
    }
    const { vrfPublicKey } = registered;
    const entityId = entityOf(registrations, nodeId);
    const poolId = entityId === nodeId ? {} : { poolId: entityId };
    return { registration: { vrfPublicKey, ...poolId }, isAdmitted };
  }

  async #relayEvidence({ value }: ProofOf<"relay_bandwidth">): Promise<Pick<RelayEvidence, "contents">> {
    const { sessionId } = value;
    const known = this.#contents.get(sessionId) ?? this.#contentsOf(sessionId);
    this.#contents.set(sessionId, known);
    return { contents: await known };
  }

  async #contentsOf(sessionId: string): Promise<readonly RegisteredContent[]> {
    const { chain, head } = this.#input;
    const sessions = await chain.registeredSessions.bySessionId(sessionIdToBytes32(sessionId), head);
    const contents: RegisteredContent[] = [];
    for (const { commitment, session, registeredAt } of sessions) {
      const { sizeBytes, isComplete } = await chain.corpus.sessionRecord(session, head.number);
      const owner = session.owner.toLowerCase();
      contents.push({ commitment, owner, registeredAt, sizeBytes, isRecorded: isComplete });
    }
    return contents;
  }

  async #storageEvidence({
    nodeId,
    value,
  }: ProofOf<"storage_availability">): Promise<Pick<StorageEvidence, "slotHash" | "corpusSize" | "entry">> {
    const { chain, head } = this.#input;
    this.#corpusSize ??= chain.corpus.size(head.number);
    const corpusSize = await this.#corpusSize;
    const slotHash = head.hash;
    if (corpusSize === 0) return { slotHash, corpusSize, entry: undefined };
    const index = challengedChunk(slotHash, nodeId, value.challenge, corpusSize);
    const known = this.#entries.get(index) ?? this.#entryAt(index);
    this.#entries.set(index, known);
    return { slotHash, corpusSize, entry: await known };
  }

  async #entryAt(index: number): Promise<CorpusEntry | undefined> {
    const { chain, head } = this.#input;
    const recorded = await chain.corpus.chunkAt(index);
    if (recorded === undefined) return undefined;
    const { commitment, idx, sizeBytes, ciphertextSha256, contentRoot } = recorded;
    const merkleRoot = await chain.sessionRoots.rootOf(commitment, head.number);
    if (merkleRoot === undefined) return undefined;
    return { index, commitment, chunk: { idx, sizeBytes, ciphertextSha256, contentRoot }, merkleRoot };
  }
}
