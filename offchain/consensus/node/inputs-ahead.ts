import { eachPage } from "../../store/repositories/repository.ts";
import { AcceptedClaims } from "../proofs/accepted-claims.ts";
import type { ProofCase } from "../rules/proofs/evidence.ts";
import { MessageHasher } from "../typed-data/message-hasher.ts";
import {
  CollectedInputs,
  casesOf,
  openEvidence,
  type SlotInputs,
  type SlotInputsModules,
} from "./slot-inputs.ts";

/** Proofs that are verified together: enough that every thread has several batches to do. */
const LOT_PROOFS = 1_024;
/** Slots of a lot, where slots have few proofs. */
const LOT_SLOTS = 64;

/** Proofs of a slot: all of them, or a page. */
interface Share {
  readonly inputs: CollectedInputs;
  readonly cases: readonly ProofCase[];
}

/** Proofs of successive slots. */
interface Lot {
  readonly shares: readonly Share[];
  /** Slots whose last proofs are in it. */
  readonly complete: readonly CollectedInputs[];
}

/**
 * The inputs of slots from `first` to `last`, in order: the same as `readSlotInputs` gives for each. The proofs of many
 * slots are verified together, in every thread, while those of the next are read and looked up; two lots are in memory.
 *
 * @throws {ConsensusError} as readSlotInputs
 * @throws the signal's reason
 */
export async function* inputsAhead(
  { first, last }: { readonly first: number; readonly last: number },
  modules: SlotInputsModules,
  signal?: AbortSignal,
): AsyncGenerator<SlotInputs> {
  const accepted = new AcceptedPerSlot();
  let verifying: Promise<readonly CollectedInputs[]> | undefined;
  try {
    for await (const lot of lots(first, last, modules)) {
      signal?.throwIfAborted();
      // The lot before must be done first: of several proofs with one claim, the first in the store's order counts.
      const done = await verifying;
      verifying = verify(lot, accepted, modules);
      // A failure is reported where the lot is awaited.
      verifying.catch(() => undefined);
      if (done !== undefined) yield* done;
    }
    if (verifying !== undefined) yield* await verifying;
    verifying = undefined;
  } finally {
    await verifying?.catch(() => undefined);
  }
}

async function verify(
  { shares, complete }: Lot,
  accepted: AcceptedPerSlot,
  { verifier }: SlotInputsModules,
): Promise<readonly CollectedInputs[]> {
  const cases = shares.flatMap((share) => share.cases);
  const outcomes = await verifier.verify(cases, accepted.ofLot(shares));
  let at = 0;
  for (const share of shares) {
    share.inputs.take(share.cases, outcomes.slice(at, at + share.cases.length));
    at += share.cases.length;
  }
  return complete;
}

/** Claims name their slot, so those of several slots may be held together; those of slots that are done are dropped. */
class AcceptedPerSlot {
  #claims = new AcceptedClaims();
  /** The last slot of the lot before: it may go on in the next one. */
  #last: number | undefined;

  ofLot(shares: readonly Share[]): AcceptedClaims {
    if (shares[0]?.inputs.slot !== this.#last) this.#claims = new AcceptedClaims();
    this.#last = shares.at(-1)?.inputs.slot ?? this.#last;
    return this.#claims;
  }
}

async function* lots(first: number, last: number, modules: SlotInputsModules): AsyncGenerator<Lot> {
  const hasher = new MessageHasher(modules.chain.domain);
  let shares: Share[] = [];
  let complete: CollectedInputs[] = [];
  let proofs = 0;
  const take = (): Lot => {
    const lot = { shares, complete };
    [shares, complete, proofs] = [[], [], 0];
    return lot;
  };
  for (let slot = first; slot <= last; slot += 1) {
    const inputs = new CollectedInputs(slot, hasher);
    let evidence: Awaited<ReturnType<typeof openEvidence>> | undefined;
    for await (const page of eachPage((request) => modules.store.taskProofs.bySlot(slot, request))) {
      // A slot whose first page is full of proofs begins a lot of its own, so that its claims stay together.
      if (proofs >= LOT_PROOFS) yield take();
      evidence ??= await openEvidence(slot, modules);
      if (evidence === "before-chain") inputs.refuse(page);
      else shares.push({ inputs, cases: await casesOf(page, evidence) });
      proofs += page.length;
    }
    complete.push(inputs);
    if (proofs >= LOT_PROOFS || complete.length >= LOT_SLOTS) yield take();
  }
  if (complete.length > 0) yield take();
}
