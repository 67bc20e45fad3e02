import type { TaskProofDocument, TaskProofType } from "../../store/documents.ts";
import { eachPage } from "../../store/repositories/repository.ts";
import type { Store } from "../../store/store.ts";
import { AcceptedClaims } from "../proofs/accepted-claims.ts";
import { RefusalCounts } from "../proofs/refusal-counts.ts";
import type { ProofVerifier } from "../proofs/verify-proofs.ts";
import type { CountedProof } from "../rules/counted-proof.ts";
import { claimOf } from "../rules/proofs/claim.ts";
import { isCaseOf, type ProofCase } from "../rules/proofs/evidence.ts";
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
  const hasher = new MessageHasher(chain.domain);
  const claims = new Map<string, CountingClaim & { readonly repeated: string[] }>();
  const accepted = new AcceptedClaims();
  const refusals = new RefusalCounts();
  let evidence: SlotEvidence | "before-chain" | undefined;
  const read = (request: object) => store.taskProofs.bySlot(slot, { ...request, ...(type && { type }) });
  for await (const page of eachPage(read)) {
    evidence ??= await openEvidence(slot, modules);
    if (evidence === "before-chain") {
      for (const _ of page) refusals.add("NODE_NOT_ADMITTED");
      continue;
    }
    const cases = await casesOf(page, evidence);
    const outcomes = await verifier.verify(cases, accepted);
    for (const [place, given] of cases.entries()) {
      const refusal = outcomes[place];
      refusals.add(refusal);
      const claim = claimOf(given.proof);
      if (refusal === undefined) claims.set(claim, countingClaim(given, hasher));
      if (refusal === "PROOF_REPEATED") claims.get(claim)?.repeated.push(given.proof._id);
    }
  }
  return { slot, claims: [...claims.values()], refusals };
}

async function openEvidence(
  slot: number,
  { store, chain, registry }: SlotInputsModules,
): Promise<SlotEvidence | "before-chain"> {
  const head = await readHead(slot, chain.headBlocks);
  if (head === "before-chain") return head;
  const registrations = await registry.registrationsAt(slot);
  const blockHash = (await store.leaderSchedule.get(slot))?.block?.hash;
  return await SlotEvidence.of({ head, registrations, blockHash, chain });
}

async function casesOf(
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
    const { commitment, sizeBytes } = content;
    const { bytes } = given.proof.value;
    return { ...base, counted: { ...of, type: "relay_bandwidth", commitment, bytes, sizeBytes } };
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
