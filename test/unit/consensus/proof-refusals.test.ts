import { expect } from "chai";
import secp256k1 from "secp256k1";
import {
  beaconSample,
  relaySample,
  SAMPLE_DOMAIN,
  type Sample,
  type SamplePlace,
  sampleCorpus,
  sampleHash,
  sampleSlotHash,
  sampleWallet,
  signSample,
  storageSample,
  validationSample,
} from "../../../devnet/task-proofs.ts";
import { ConsensusError } from "../../../offchain/consensus/errors.ts";
import { AcceptedClaims } from "../../../offchain/consensus/proofs/accepted-claims.ts";
import { verifyProof } from "../../../offchain/consensus/proofs/verify-proof.ts";
import type {
  CaseOf,
  CorpusEntry,
  NodeEvidence,
  ProofCase,
} from "../../../offchain/consensus/rules/proofs/evidence.ts";
import { REFUSALS, type Refusal } from "../../../offchain/consensus/rules/proofs/refusal.ts";
import { relayedContent } from "../../../offchain/consensus/rules/proofs/relay-bandwidth.ts";
import { closingTime, slotStart } from "../../../offchain/consensus/slot-time.ts";
import { MessageHasher } from "../../../offchain/consensus/typed-data/message-hasher.ts";
import { sessionIdToBytes32 } from "../../../offchain/sessions/session-id.ts";
import { proveInstead, verify as verifyVrf } from "../../support/stand-in-vrf.ts";

const node = sampleWallet("node");
const stranger = sampleWallet("stranger");
const SLOT = 520_000;
const POOL = `0x${"b0".repeat(20)}`;
const OTHER_CHAIN = { ...SAMPLE_DOMAIN, chainId: 1 };
const OTHER_CONTRACT = { ...SAMPLE_DOMAIN, anchors: `0x${"a2".repeat(20)}` };
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const place: SamplePlace = { node, slot: SLOT };
const rules = { hasher: new MessageHasher(SAMPLE_DOMAIN), verifyVrf };

const bytesOf = (hex: string) => Buffer.from(hex.slice(2), "hex");
const beacon = (where: SamplePlace = place) => {
  const proof = proveInstead(bytesOf(sampleHash(where.node.address)), bytesOf(sampleSlotHash(where.slot)));
  return beaconSample(where, `0x${Buffer.from(proof).toString("hex")}`);
};

/** The same with other fields in the value, signed with them. */
function withValue<S extends Sample<NodeEvidence>>(sample: S, changes: Partial<S["content"]["value"]>): S {
  const { content } = sample;
  return { ...sample, content: { ...content, value: { ...content.value, ...changes } } };
}
function withEvidence<S extends Sample<NodeEvidence>>(sample: S, changes: Partial<S["evidence"]>): S {
  return { ...sample, evidence: { ...sample.evidence, ...changes } };
}
/** A signed proof, altered afterwards. */
function altered(given: ProofCase, changes: object): ProofCase {
  return { ...given, proof: { ...given.proof, ...changes } } as ProofCase;
}
/** The other signature that anybody can make of one: (r, n - s) with the other v. */
function twin(signature: string): string {
  const s = ORDER - BigInt(`0x${signature.slice(66, 130)}`);
  const v = signature.endsWith("1b") ? "1c" : "1b";
  return `${signature.slice(0, 66)}${s.toString(16).padStart(64, "0")}${v}`;
}
const otherV = (signature: string) => signature.slice(0, -1) + (signature.endsWith("b") ? "c" : "b");
const signed = (sample: Sample<NodeEvidence>) => signSample(sample, node);

const relayed = await relaySample(place);
const stored = storageSample(place);
const validated = await validationSample(place);
const [content] = relayed.evidence.contents as [(typeof relayed.evidence.contents)[number]];
const { chunk, segmentIndex } = stored.content.value;
const elsewhere = sampleCorpus.find(
  ({ chunk: { idx } }) => idx !== chunk.idx,
) as (typeof sampleCorpus)[number];

const good: Readonly<Record<string, ProofCase>> = {
  relay: await signed(relayed),
  storage: await signed(stored),
  validation: await signed(validated),
  beacon: await signed(beacon()),
};
const { relay, validation } = good as Readonly<Record<"relay" | "validation", ProofCase>>;

/** Every reason, each with at least one proof that is refused for nothing else. */
const REFUSED: Readonly<Record<Exclude<Refusal, "PROOF_REPEATED">, Readonly<Record<string, ProofCase>>>> = {
  PROOF_TOO_EARLY: { "a millisecond before its slot": altered(relay, { ts: slotStart(SLOT) - 1 }) },
  PROOF_TOO_LATE: { "a millisecond after closing": altered(relay, { ts: closingTime(SLOT) + 1 }) },
  PROOF_VALUE_OUT_OF_RANGE: {
    "a challenge beyond uint8": altered(good.storage as ProofCase, {
      value: { ...stored.content.value, challenge: 256 },
    }),
    "an idx beyond uint32": altered(good.storage as ProofCase, {
      value: { ...stored.content.value, chunk: { ...chunk, idx: 2 ** 32 } },
    }),
    "a size beyond uint32": altered(good.storage as ProofCase, {
      value: { ...stored.content.value, chunk: { ...chunk, sizeBytes: Number.MAX_SAFE_INTEGER } },
    }),
    "a segment beyond uint32": altered(good.storage as ProofCase, {
      value: { ...stored.content.value, segmentIndex: 2 ** 32 },
    }),
  },
  NODE_NOT_REGISTERED: {
    "no registration": await signed(withEvidence(relayed, { registration: undefined })),
  },
  NODE_NOT_ADMITTED: { "without the role": await signed(withEvidence(relayed, { isAdmitted: false })) },
  PROOF_POOL_MISMATCH: {
    "a pool where the node has none": await signed({
      ...relayed,
      content: { ...relayed.content, poolId: POOL },
    }),
    "the zero address for none": altered(relay, { poolId: `0x${"00".repeat(20)}` }),
    "none where the node has a pool": await signed({
      ...relayed,
      evidence: { ...relayed.evidence, registration: { vrfPublicKey: sampleHash("key"), poolId: POOL } },
    }),
  },
  PROOF_ID_MISMATCH: {
    "another id": altered(relay, { _id: sampleHash("another") }),
    "another content": altered(relay, { value: { ...relayed.content.value, bytes: 4_001 } }),
  },
  SIGNATURE_MALFORMED: {
    "without v": altered(relay, { sig: relay.proof.sig.slice(0, -2) }),
    "v as 0 or 1": altered(relay, { sig: `${relay.proof.sig.slice(0, -2)}00` }),
    "in capitals": altered(relay, { sig: `0x${relay.proof.sig.slice(2).toUpperCase()}` }),
    "a byte too many": altered(relay, { sig: `${relay.proof.sig}00` }),
    "r beyond the order": altered(relay, { sig: `0x${"ff".repeat(32)}${relay.proof.sig.slice(66)}` }),
    "s of zero": altered(relay, { sig: `${relay.proof.sig.slice(0, 66)}${"00".repeat(32)}1b` }),
    "in the receipt": await signed(withValue(relayed, { receipt: "0x" })),
    "in the validation": await signed(withValue(validated, { signature: "0x1234" })),
  },
  SIGNATURE_MALLEABLE: {
    "in the envelope": altered(relay, { sig: twin(relay.proof.sig) }),
    "in the receipt": await signed(withValue(relayed, { receipt: twin(relayed.content.value.receipt) })),
    "in the validation": await signed(
      withValue(validated, { signature: twin(validated.content.value.signature) }),
    ),
  },
  SIGNER_NOT_NODE: {
    "another key": await signSample(relayed, stranger),
    "another v": altered(relay, { sig: otherV(relay.proof.sig) }),
    "signed for another chain": altered(relay, {
      sig: (await signSample(relayed, node, OTHER_CHAIN)).proof.sig,
    }),
    "signed for another contract": altered(relay, {
      sig: (await signSample(relayed, node, OTHER_CONTRACT)).proof.sig,
    }),
    "another key in the validation": await signed(await validationSample(place, stranger)),
  },
  SESSION_NOT_REGISTERED: {
    "not at all": await signed(withEvidence(relayed, { contents: [] })),
    "not before the slot": await signed(
      withEvidence(relayed, { contents: [{ ...content, registeredAt: slotStart(SLOT) / 1_000 }] }),
    ),
  },
  RELAY_BYTES_OUT_OF_RANGE: {
    "more than the session": await signed(await relaySample(place, content.sizeBytes + 1)),
    none: await signed(await relaySample(place, 0)),
  },
  SIGNER_NOT_OWNER: {
    "a receipt by the node itself": await signed(await relaySample(place, 4_000, { signer: node })),
    "a receipt for another slot": await signed(await relaySample(place, 4_000, { slot: SLOT - 1 })),
    "a receipt for fewer bytes": await signed(await relaySample(place, 4_000, { bytes: 3_999 })),
    "a receipt for another chain": await signed(await relaySample(place, 4_000, { domain: OTHER_CHAIN })),
    "another node's receipt": await signed(
      withValue(relayed, {
        receipt: (await relaySample({ ...place, node: stranger })).content.value.receipt,
      }),
    ),
  },
  SESSION_TOO_OLD: {
    "a slot more than a window": await signed(
      withEvidence(relayed, {
        contents: [{ ...content, registeredAt: slotStart(SLOT - 5_040) / 1_000 - 1 }],
      }),
    ),
  },
  CHUNKS_NOT_RECORDED: {
    "some are missing": await signed(
      withEvidence(relayed, { contents: [{ ...content, isRecorded: false }] }),
    ),
  },
  CHALLENGE_UNKNOWN: { "a fifth": await signed(withValue(stored, { challenge: 4 })) },
  CORPUS_EMPTY: {
    "nothing recorded": await signed(withEvidence(stored, { corpusSize: 0, entry: undefined })),
  },
  CHALLENGE_WRONG_CHUNK: {
    "another chunk of the corpus": await signed(withValue(stored, { chunk: elsewhere.chunk })),
    "the same chunk of another session": await signed(withValue(stored, { commitment: sampleHash("other") })),
    "another size": await signed(withValue(stored, { chunk: { ...chunk, sizeBytes: 1 } })),
    "another SHA-256": await signed(
      withValue(stored, { chunk: { ...chunk, ciphertextSha256: sampleHash("other") } }),
    ),
    "another content root": await signed(
      withValue(stored, { chunk: { ...chunk, contentRoot: sampleHash("other") } }),
    ),
  },
  CHUNK_EMPTY: {
    "a chunk of no bytes": await signed(
      withEvidence(withValue(stored, { chunk: { ...chunk, sizeBytes: 0 } }), {
        entry: { ...(stored.evidence.entry as CorpusEntry), chunk: { ...chunk, sizeBytes: 0 } },
      }),
    ),
  },
  CHUNK_PROOF_INVALID: {
    empty: await signed(withValue(stored, { chunkProof: [] })),
    "too long": await signed(
      withValue(stored, { chunkProof: [...stored.content.value.chunkProof, sampleHash("more")] }),
    ),
  },
  CHALLENGE_WRONG_SEGMENT: {
    "another segment": await signed(withValue(stored, { segmentIndex: segmentIndex + 1 })),
  },
  SEGMENT_PROOF_INVALID: {
    "another byte": await signed(
      withValue(stored, {
        segment: stored.content.value.segment.replace(/..$/, (end) => (end === "00" ? "01" : "00")),
      }),
    ),
    "a shorter segment": await signed(withValue(stored, { segment: "0x" })),
    "a shorter path": await signed(
      withValue(stored, { segmentProof: stored.content.value.segmentProof.slice(1) }),
    ),
  },
  PROOF_SLOT_MISMATCH: {
    "the block of the slot before": await signed(withValue(validated, { slot: SLOT - 1 })),
  },
  BLOCK_ABSENT: { "a slot without a block": await signed(withEvidence(validated, { blockHash: undefined })) },
  BLOCK_HASH_MISMATCH: {
    "another block": await signed(withEvidence(validated, { blockHash: sampleHash("other block") })),
  },
  VRF_PROOF_INVALID: {
    "over the hash of another slot": await signed({
      ...beacon(),
      content: { ...beacon({ ...place, slot: SLOT - 1 }).content, slot: SLOT },
    }),
    "another node's": await signed(withValue(beacon(), beacon({ ...place, node: stranger }).content.value)),
    "too short": await signed(withValue(beacon(), { vrfProof: "0x" })),
  },
};

describe("the rules of task proofs", () => {
  for (const [name, given] of Object.entries(good)) {
    it(`let a ${name} proof count`, () => {
      expect(verifyProof(given, rules)).to.equal(undefined);
    });
  }

  for (const [refusal, cases] of Object.entries(REFUSED)) {
    for (const [why, given] of Object.entries(cases)) {
      it(`refuse with ${refusal}: ${why}`, () => {
        const before = JSON.stringify(given);
        expect(verifyProof(given, rules)).to.equal(refusal);
        expect(JSON.stringify(given), "nothing was changed").to.equal(before);
      });
    }
  }

  it("have a proof that is refused for every reason of the closed set", () => {
    expect([...Object.keys(REFUSED), "PROOF_REPEATED"].sort()).to.deep.equal([...REFUSALS].sort());
  });

  it("hold at their bounds", async () => {
    const oldest = slotStart(SLOT - 5_040) / 1_000;
    const bounds: readonly ProofCase[] = [
      altered(relay, { ts: slotStart(SLOT) }),
      altered(relay, { ts: closingTime(SLOT) }),
      await signed(withEvidence(relayed, { contents: [{ ...content, registeredAt: oldest }] })),
      await signed(
        withEvidence(relayed, { contents: [{ ...content, registeredAt: slotStart(SLOT) / 1_000 - 1 }] }),
      ),
      await signed(await relaySample(place, content.sizeBytes)),
      await signed(await relaySample({ ...place, poolId: POOL })),
    ];
    for (const given of bounds) expect(verifyProof(given, rules)).to.equal(undefined);
  });

  it("let each of a node's challenges count", async () => {
    for (const asked of [0, 1, 2, 3]) {
      expect(verifyProof(await signed(storageSample(place, asked)), rules)).to.equal(undefined);
    }
  });

  it("let nobody take a session's id: the receipt's signer tells the content", async () => {
    const squatter = { ...content, owner: stranger.address.toLowerCase(), registeredAt: 1_710_000_000 };
    const given = await signed(withEvidence(relayed, { contents: [squatter, content] }));
    expect(verifyProof(given, rules)).to.equal(undefined);
    const foreign = await signed(withEvidence(relayed, { contents: [squatter] }));
    expect(verifyProof(foreign, rules)).to.equal("SIGNER_NOT_OWNER");
  });

  it("let nobody put an empty or old content in an owner's name before the owner's own", async () => {
    const empty = { ...content, commitment: sampleHash("empty"), sizeBytes: 0, isRecorded: false };
    const old = { ...content, commitment: sampleHash("old"), sizeBytes: 1, registeredAt: 1_710_000_000 };
    const given = await signed(withEvidence(relayed, { contents: [old, empty, content] }));
    expect(verifyProof(given, rules)).to.equal(undefined);
    const { proof, evidence } = given as CaseOf<"relay_bandwidth">;
    expect(relayedContent(proof, evidence, rules.hasher)).to.deep.equal({ content });
  });

  it("take the earlier of two contents of one owner that are recorded and large enough", async () => {
    const outcome = async (contents: readonly (typeof content)[]) => {
      const given = await signed(withEvidence(relayed, { contents }));
      const { proof, evidence } = given as CaseOf<"relay_bandwidth">;
      return relayedContent(proof, evidence, rules.hasher);
    };
    const small = { ...content, commitment: sampleHash("small"), sizeBytes: 1 };
    const twin = { ...content, commitment: sampleHash("twin") };
    for (const contents of [
      [content, twin],
      [content, small],
      [small, content],
      [small, content, twin],
    ]) {
      expect(await outcome(contents)).to.deep.equal({ content });
    }
    expect(await outcome([small])).to.deep.equal({ refusal: "RELAY_BYTES_OUT_OF_RANGE" });
  });

  it("judge no storage proof by the evidence for another chunk", async () => {
    for (const entry of [elsewhere, undefined]) {
      const given = await signed(withEvidence(stored, { entry }));
      expect(() => verifyProof(given, rules))
        .to.throw(ConsensusError)
        .with.property("details")
        .that.deep.equals({
          code: "EVIDENCE_MISPLACED",
          proof: given.proof._id,
          expectedIndex: stored.evidence.entry?.index,
          givenIndex: entry?.index,
        });
    }
  });

  it("give a message no digest where a value does not fit its type", () => {
    const message = { slot: 1, blockHash: "0x12" };
    expect(() => rules.hasher.digest({ name: "SlotBlock", message }))
      .to.throw(ConsensusError)
      .with.property("details")
      .that.deep.equals({
        code: "MESSAGE_FIELD_INVALID",
        message: "SlotBlock",
        field: "blockHash",
        type: "bytes32",
      });
  });
});

describe("one claim", () => {
  /** Whether the second of two valid proofs counts beside the first. */
  function second(one: ProofCase, other: ProofCase): Refusal | undefined {
    for (const given of [one, other]) expect(verifyProof(given, rules)).to.equal(undefined);
    const accepted = new AcceptedClaims();
    expect(accepted.accept(one.proof)).to.equal(undefined);
    return accepted.accept(other.proof);
  }

  it("is one credit, however often it is sent", () => {
    for (const given of Object.values(good)) expect(second(given, given)).to.equal("PROOF_REPEATED");
  });

  it("has one id under any valid signature, the owner's included", async () => {
    const { sessionId, bytes, receipt } = relayed.content.value;
    const message = {
      sessionId: sessionIdToBytes32(sessionId),
      nodeId: relay.proof.nodeId,
      slot: SLOT,
      bytes,
    };
    const digest = rules.hasher.digest({ name: "RelayReceipt", message });
    // A key has many valid signatures of one message: another nonce gives another one.
    const { signature, recid } = secp256k1.ecdsaSign(digest, bytesOf(sampleWallet("owner").privateKey), {
      data: Buffer.alloc(32, 7),
    });
    const other = `0x${Buffer.from(signature).toString("hex")}${recid === 0 ? "1b" : "1c"}`;
    expect(other).to.not.equal(receipt);
    const again = await signed(withValue(relayed, { receipt: other }));
    expect(again.proof._id).to.equal(relay.proof._id);
    expect(second(relay, again)).to.equal("PROOF_REPEATED");
  });

  it("is a slot's validation, beacon or challenge of a node, not of another one", async () => {
    const next = { ...place, slot: SLOT + 1 };
    const another = { ...place, node: stranger };
    expect(second(validation, await signed(await validationSample(next)))).to.equal(undefined);
    expect(second(validation, await signSample(await validationSample(another), stranger))).to.equal(
      undefined,
    );
    expect(second(good.beacon as ProofCase, await signed(beacon(next)))).to.equal(undefined);
    expect(second(good.storage as ProofCase, await signed(storageSample(place, 1)))).to.equal(undefined);
    expect(second(relay, await signed(await relaySample(place, 4_001)))).to.equal(undefined);
  });

  it("is one beacon, whichever of two proofs that the VRF accepts", async () => {
    const two = await signed(withValue(beacon(), { vrfProof: `0x${"22".repeat(80)}` }));
    const one = good.beacon as ProofCase;
    expect(two.proof._id).to.not.equal(one.proof._id);
    const acceptsBoth = { ...rules, verifyVrf: () => new Uint8Array(64) };
    const accepted = new AcceptedClaims();
    const outcomes = [one, two].map(
      (given) => verifyProof(given, acceptsBoth) ?? accepted.accept(given.proof),
    );
    expect(outcomes).to.deep.equal([undefined, "PROOF_REPEATED"]);
  });
});
