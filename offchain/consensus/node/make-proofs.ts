import { hexlify } from "ethers";
import type { TaskProofDocument, TaskProofType } from "../../store/documents.ts";
import type { HeadBlock } from "../chain-view/known-heads.ts";
import { signProof } from "../proofs/sign-proof.ts";
import { entityOf } from "../rules/registrations.ts";
import type { ProofContent } from "../typed-data/proof-digest.ts";
import { signMessage } from "../typed-data/sign-message.ts";
import { prove } from "../vrf.ts";
import { answerChallenges, type ChallengeModules, type UnansweredChallenge } from "./answer-challenges.ts";
import type { Identity } from "./identity.ts";
import type { DutyModules } from "./modules.ts";
import { findReceipts, markUsed } from "./receipts.ts";

type SigningModules = Pick<DutyModules, "store" | "domain" | "membership">;

export interface ProofModules extends SigningModules, ChallengeModules {
  /** LUCID_DATA_DIR, where receipts wait. */
  readonly dataDir: string;
}

/** What a node proved in a slot. */
export interface MadeProofs {
  /** Whether the store did not have it before. */
  readonly isBeaconNew: boolean;
  readonly answered: number;
  readonly unanswered: readonly UnansweredChallenge[];
  readonly receipts: { readonly used: number; readonly refused: number; readonly late: number };
}

/**
 * Makes a node's proofs of a slot and inserts them: its beacon, its answers to the storage challenges, and the relay
 * receipts that wait for it. The same again inserts nothing new, so it may be repeated until the slot is closed: a receipt
 * may come late.
 *
 * @param head headBlock of the slot, which is in `head.slot`
 * @throws {StoreError}
 * @throws {ConsensusError} as Corpus.size
 */
export async function makeProofs(
  identity: Identity,
  head: HeadBlock,
  modules: ProofModules,
): Promise<MadeProofs> {
  const { store, dataDir } = modules;
  const { slot } = head;
  const sign = await signerOf(identity, slot, modules);
  // The beacon first: whoever has little time left is at least known to be there.
  const vrfProof = hexlify(prove(identity.vrfSecretKey, Buffer.from(head.hash.slice(2), "hex")));
  const beacon = await store.taskProofs.insertMany([await sign("uptime_beacon", { vrfProof })]);
  const { answers, unanswered } = await answerChallenges(identity.nodeId, head, modules);
  const asked = { nodeId: identity.nodeId, slot, now: await store.now() };
  const { usable, refused, late } = await findReceipts(asked, modules);
  const proofs = [
    ...answers.map((value) => sign("storage_availability", value)),
    ...usable.map(({ receipt: { sessionId, bytes, signature: receipt } }) =>
      sign("relay_bandwidth", { sessionId, bytes, receipt }),
    ),
  ];
  await store.taskProofs.insertMany(await Promise.all(proofs));
  // Only then: after a crash in between it is inserted again, which is the same proof.
  for (const one of usable) await markUsed(dataDir, one);
  return {
    isBeaconNew: beacon.inserted > 0,
    answered: answers.length,
    unanswered,
    receipts: { used: usable.length, refused, late },
  };
}

/**
 * A node's validation of a block that it has checked, and its claim for the credit.
 *
 * @returns whether the store did not have it before
 */
export async function validateBlock(
  identity: Identity,
  { slot, blockHash }: { readonly slot: number; readonly blockHash: string },
  modules: SigningModules,
): Promise<boolean> {
  const named = { name: "BlockValidation", message: { slot, blockHash } } as const;
  const signature = await signMessage(identity.wallet, modules.domain, named);
  const sign = await signerOf(identity, slot, modules);
  const proof = await sign("validation_signature", { slot, blockHash, signature });
  return (await modules.store.taskProofs.insertMany([proof])).inserted > 0;
}

type ValueOf<Type extends TaskProofType> = Extract<TaskProofDocument, { type: Type }>["value"];

/** Signs proofs for the pool that the node's registration names in the slot, where there is one. */
async function signerOf({ nodeId, wallet }: Identity, slot: number, { domain, membership }: SigningModules) {
  const entityId = entityOf(await membership.registrationsAt(slot), nodeId);
  const pool = entityId === nodeId ? {} : { poolId: entityId };
  return <Type extends TaskProofType>(type: Type, value: ValueOf<Type>) =>
    signProof(wallet, domain, { nodeId, ...pool, slot, type, value } as unknown as ProofContent);
}
