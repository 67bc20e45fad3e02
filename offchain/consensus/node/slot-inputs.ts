import type { TaskProofDocument, TaskProofType } from "../../store/documents.ts";
import { eachPage } from "../../store/repositories/repository.ts";
import type { Store } from "../../store/store.ts";
import { AcceptedClaims } from "../proofs/accepted-claims.ts";
import { RefusalCounts } from "../proofs/refusal-counts.ts";
import type { ProofVerifier } from "../proofs/verify-proofs.ts";
import type { CountedProof } from "../rules/counted-proof.ts";
import { claimOf } from "../rules/proofs/claim.ts";
import { isCaseOf, type ProofCase } from "../rules/proofs/evidence.ts";
import type { Refusal } from "../rules/proofs/refusal.ts";
import { relayedContent } from "../rules/proofs/relay-bandwidth.ts";
import { MessageHasher } from "../typed-data/message-hasher.ts";
import { proofToHash } from "../vrf.ts";
import type { NodeRegistry } from "./node-registry.ts";
import type { ChainView } from "./open-chain-view.ts";
import { readHead } from "./read-head.ts";
import { SlotEvidence } from "./slot-evidence.ts";

/** A claim that counts in a slot. */
export interface CountingClaim {
  /** Of the proof that counts: the first valid one in the store's order. */
  readonly id: string;
  /** Of other valid proofs of the same claim, any of which would have counted in its place. */
  readonly repeated: readonly string[];
  readonly counted: CountedProof;
  /** Of a beacon: the VRF's output, lower-case hex. */
  readonly output?: string;
  /** Of a relay: the session's owner. */
  readonly owner?: string;
}

/** All that counts in a slot, by the proofs in the store. */
export interface SlotInputs {
  readonly slot: number;
  /** In the store's order. */
  readonly claims: readonly CountingClaim[];
  readonly refusals: RefusalCounts;
}

export interface SlotInputsModules {
  readonly store: Pick<Store, "taskProofs" | "leaderSchedule">;
  readonly chain: ChainView;
  readonly registry: NodeRegistry;
  readonly verifier: ProofVerifier;
}

/**
 * Reads the proofs of a slot, looks up what they are held to and verifies them. A slot without proofs asks nothing of the
 * chain. A page of proofs is in memory at a time; of those that count, what the tally takes.
 *
 * @param type only proofs of this one. @default all
 * @throws {ConsensusError} SLOT_HEAD_UNKNOWN, and what the view of the chain and the verifier throw
 */
export async function readSlotInputs(
  slot: number,
  modules: SlotInputsModules,
  type?: TaskProofType,
): Promise<SlotInputs> {
  const { store, chain, verifier } = modules;
  const collected = new CollectedInputs(slot, new MessageHasher(chain.domain));
  const accepted = new AcceptedClaims();
  let evidence: SlotEvidence | "before-chain" | undefined;
  const read = (request: object) => store.taskProofs.bySlot(slot, { ...request, ...(type && { type }) });
  for await (const page of eachPage(read)) {
    evidence ??= await openEvidence(slot, modules);
    if (evidence === "before-chain") {
      collected.refuse(page);
      continue;
    }
    const cases = await casesOf(page, evidence);
    collected.take(cases, await verifier.verify(cases, accepted));
  }
  return collected;
}

/** What counts of a slot's proofs, taken in page by page in the store's order. */
export class CollectedInputs implements SlotInputs {
  readonly slot: number;
  readonly refusals = new RefusalCounts();
  readonly #claims = new Map<string, CountingClaim & { readonly repeated: string[] }>();
  readonly #hasher: MessageHasher;

  constructor(slot: number, hasher: MessageHasher) {
    this.slot = slot;
    this.#hasher = hasher;
  }

  get claims(): readonly CountingClaim[] {
    return [...this.#claims.values()];
  }

  /** @param outcomes of the cases, in their order */
  take(cases: readonly ProofCase[], outcomes: readonly (Refusal | undefined)[]): void {
    for (const [place, given] of cases.entries()) {
      const refusal = outcomes[place];
      this.refusals.add(refusal);
      const claim = claimOf(given.proof);
      if (refusal === undefined) this.#claims.set(claim, countingClaim(given, this.#hasher));
      if (refusal === "PROOF_REPEATED") this.#claims.get(claim)?.repeated.push(given.proof._id);
    }
  }

  /** Takes in proofs of a slot that began before the chain: nobody was admitted. */
  refuse(proofs: readonly TaskProofDocument[]): void {
    for (const _ of proofs) this.refusals.add("NODE_NOT_ADMITTED");
  }
}

/** Opens what the proofs of a slot are held to. @throws {ConsensusError} SLOT_HEAD_UNKNOWN */
export async function openEvidence(
  slot: number,
  { store, chain, registry }: Pick<SlotInputsModules, "store" | "chain" | "registry">,
): Promise<SlotEvidence | "before-chain"> {
  const head = await readHead(slot, chain.headBlocks);
  if (head === "before-chain") return head;
  const registrations = await registry.registrationsAt(slot);
  const blockHash = (await store.leaderSchedule.get(slot))?.block?.hash;
  return await SlotEvidence.of({ head, registrations, blockHash, chain });
}

/** Proofs with what they are held to. */
export async function casesOf(
  proofs: readonly TaskProofDocument[],
  evidence: SlotEvidence,
): Promise<readonly ProofCase[]> {
  const cases: ProofCase[] = [];
  for (const proof of proofs) cases.push(await evidence.caseOf(proof));
  return cases;
}

/** @param given a case whose proof is valid */
function countingClaim(given: ProofCase, hasher: MessageHasher): CountingClaim & { repeated: string[] } {
  const { _id: id, nodeId, poolId } = given.proof;
  const base = { id, repeated: [] };
  const of = { nodeId, entityId: poolId ?? nodeId };
  if (isCaseOf(given, "relay_bandwidth")) {
    const { content, refusal } = relayedContent(given.proof, given.evidence, hasher);
    if (content === undefined) throw new TypeError(`proof ${id} counted, and is refused: ${refusal}`);
    const { commitment, sizeBytes, owner } = content;
    const { bytes } = given.proof.value;
    return { ...base, owner, counted: { ...of, type: "relay_bandwidth", commitment, bytes, sizeBytes } };
  }
  if (isCaseOf(given, "storage_availability")) {
    const { challenge } = given.proof.value;
    return { ...base, counted: { ...of, type: "storage_availability", challenge } };
  }
  if (isCaseOf(given, "uptime_beacon")) {
    const output = proofToHash(Buffer.from(given.proof.value.vrfProof.slice(2), "hex"));
    if (output === null) throw new TypeError(`the VRF proof ${id} counted, and has no output`);
    return {
      ...base,
      counted: { ...of, type: "uptime_beacon" },
      output: `0x${Buffer.from(output).toString("hex")}`,
    };
  }
  return { ...base, counted: { ...of, type: "validation_signature" } };
}
