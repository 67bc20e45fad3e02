import { expect } from "chai";
import fc from "fast-check";
import {
  SAMPLE_DOMAIN,
  sampleCorpus,
  sampleHash,
  sampleSlotHash,
  sampleWallet,
  signSample,
} from "../../devnet/task-proofs.ts";
import { verifyProof } from "../../offchain/consensus/proofs/verify-proof.ts";
import type { CorpusEntry, ProofCase } from "../../offchain/consensus/rules/proofs/evidence.ts";
import { REFUSALS } from "../../offchain/consensus/rules/proofs/refusal.ts";
import { challengedChunk } from "../../offchain/consensus/rules/proofs/storage-challenge.ts";
import { slotStart } from "../../offchain/consensus/slot-time.ts";
import { MessageHasher } from "../../offchain/consensus/typed-data/message-hasher.ts";
import type { ProofContent } from "../../offchain/consensus/typed-data/proof-digest.ts";
import { findViolation } from "../../offchain/store/check.ts";
import type { Document, Field, Fields } from "../../offchain/store/fields.ts";
import { taskProofs } from "../../offchain/store/schema/index.ts";
import { verify as verifyVrf } from "../support/stand-in-vrf.ts";

const runs = Number(process.env.LUCID_PROPERTY_RUNS ?? 25);
const node = sampleWallet("node");
const SLOT = 520_000;
const rules = { hasher: new MessageHasher(SAMPLE_DOMAIN), verifyVrf };

const hex = (minLength: number, maxLength: number) =>
  fc.uint8Array({ minLength, maxLength }).map((bytes) => `0x${Buffer.from(bytes).toString("hex")}`);

/** Anything that the store takes for a field. */
function anyOf(field: Field): fc.Arbitrary<unknown> {
  switch (field.kind) {
    case "uuid":
      return fc.uuid();
    case "hash":
      return hex(32, 32);
    case "bytes":
      return fc.oneof(hex(0, Math.min(field.most, 200)), hex(field.most, field.most));
    case "whole":
      return fc.oneof(
        fc.nat({ max: 5 }),
        fc.maxSafeNat(),
        fc.constantFrom(2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1),
      );
    case "list":
      return fc.array(anyOf(field.of), { maxLength: field.most });
    case "record":
      return anyOfAll(field.fields);
    default:
      throw new Error(`no value of a task proof is ${field.kind}`);
  }
}

const anyOfAll = (fields: Fields) =>
  fc.record(Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, anyOf(field)])));

const anyContent = fc
  .constantFrom(...Object.entries(taskProofs.fields.value.of))
  .chain(([type, fields]) =>
    anyOfAll(fields).map(
      (value) => ({ nodeId: node.address.toLowerCase(), slot: SLOT, type, value }) as unknown as ProofContent,
    ),
  );

/** Evidence as whoever looks it up would give it, for a corpus that holds what the proof shows, whatever that is. */
function evidenceFor(content: ProofContent, isRecorded: boolean): object {
  const standing = { registration: { vrfPublicKey: sampleHash("key") }, isAdmitted: true };
  const slotHash = sampleSlotHash(SLOT);
  if (content.type !== "storage_availability") return { ...standing, slotHash, contents: [] };
  const { challenge, commitment, chunk } = content.value;
  const index = challengedChunk(slotHash, content.nodeId, challenge, sampleCorpus.length);
  const entry = sampleCorpus[index] as CorpusEntry;
  const given = isRecorded ? { ...entry, commitment, chunk } : entry;
  return { ...standing, slotHash, corpusSize: sampleCorpus.length, entry: given };
}

describe("any task proof that the store takes", function () {
  this.timeout(60_000);

  it("is judged: it counts or has a reason for which it does not, and nothing throws", async () => {
    const document = fc.tuple(anyContent, hex(0, 66), fc.boolean(), fc.boolean());
    await fc.assert(
      fc.asyncProperty(document, async ([content, sig, isSigned, isRecorded]) => {
        // What no message holds is refused before its digest is asked for.
        const signed = await signSample(
          { content, evidence: evidenceFor(content, isRecorded) as never },
          node,
        ).catch(() => undefined);
        const unsigned = {
          ...content,
          _id: sampleHash("id"),
          sig,
          ts: slotStart(SLOT),
        };
        const proof = isSigned && signed !== undefined ? signed.proof : unsigned;
        expect(findViolation(taskProofs.fields, proof as unknown as Document)).to.equal(undefined);
        const given = { proof, evidence: evidenceFor(content, isRecorded) } as ProofCase;
        expect(verifyProof(given, rules)).to.be.oneOf([undefined, ...REFUSALS]);
      }),
      { numRuns: 20 * runs },
    );
  });
});
