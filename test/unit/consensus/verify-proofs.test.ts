import { setTimeout } from "node:timers/promises";
import { expect } from "chai";
import {
  beaconSample,
  SAMPLE_DOMAIN,
  sampleHash,
  sampleSlotHash,
  sampleWallet,
  signSample,
  storageSample,
  validationSample,
} from "../../../devnet/task-proofs.ts";
import { ConsensusError } from "../../../offchain/consensus/errors.ts";
import { AcceptedClaims } from "../../../offchain/consensus/proofs/accepted-claims.ts";
import { RefusalCounts } from "../../../offchain/consensus/proofs/refusal-counts.ts";
import { ProofVerifier } from "../../../offchain/consensus/proofs/verify-proofs.ts";
import type { ProofCase } from "../../../offchain/consensus/rules/proofs/evidence.ts";
import { proveInstead, STAND_IN_VRF } from "../../support/stand-in-vrf.ts";
import { FAILS_AFTER_MS } from "./failing-vrf/fails-later.ts";

const SLOT = 520_000;
const MANY = 1_100;
const options = { domain: SAMPLE_DOMAIN, vrfModule: STAND_IN_VRF };
const node = sampleWallet("node");

const hexOf = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString("hex")}`;
const bytesOf = (hex: string) => Buffer.from(hex.slice(2), "hex");

/** Proofs of one node, a slot each; of every ten, one is signed by somebody else and one is for another block. */
async function manyProofs(count: number): Promise<ProofCase[]> {
  return await Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const place = { node, slot: SLOT + at };
      if (at % 10 === 3) return await signSample(await validationSample(place), sampleWallet("stranger"));
      const sample = await validationSample(place);
      if (at % 10 !== 7) return await signSample(sample, node);
      const evidence = { ...sample.evidence, blockHash: sampleHash("other") };
      return await signSample({ ...sample, evidence } as typeof sample, node);
    }),
  );
}

const expected = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ 3: "SIGNER_NOT_NODE", 7: "BLOCK_HASH_MISMATCH" })[at % 10]);

async function beacon(slot: number, proof?: string): Promise<ProofCase> {
  const proven = proveInstead(bytesOf(sampleHash(node.address)), bytesOf(sampleSlotHash(slot)));
  return await signSample(beaconSample({ node, slot }, proof ?? hexOf(proven)), node);
}

async function errorOf(work: Promise<unknown>): Promise<ConsensusError["details"]> {
  const error = await work.then(
    () => undefined,
    (thrown) => thrown,
  );
  expect(error).to.be.instanceOf(ConsensusError);
  return error.details;
}

describe("verifying many proofs", function () {
  this.timeout(60_000);

  for (const threads of [1, 2]) {
    it(`gives the outcomes in the order of the proofs, with ${threads} thread(s)`, async () => {
      const cases = await manyProofs(MANY);
      await using verifier = new ProofVerifier({ ...options, threads });
      expect(await verifier.verify(cases)).to.deep.equal(expected(MANY));
      expect(await verifier.verify(cases.slice(0, 25)), "a few").to.deep.equal(expected(25));
      expect(await verifier.verify([]), "none").to.deep.equal([]);
    });
  }

  it("lets the first valid proof of a claim count, also where a slot comes in several lots", async () => {
    await using verifier = new ProofVerifier(options);
    const foreign = await signSample(await validationSample({ node, slot: SLOT }), sampleWallet("stranger"));
    const own = await signSample(await validationSample({ node, slot: SLOT }), node);
    const accepted = new AcceptedClaims();
    expect(await verifier.verify([foreign, own, own], accepted)).to.deep.equal([
      "SIGNER_NOT_NODE",
      undefined,
      "PROOF_REPEATED",
    ]);
    expect(await verifier.verify([own], accepted)).to.deep.equal(["PROOF_REPEATED"]);
    expect(await verifier.verify([own]), "for itself").to.deep.equal([undefined]);
  });

  it("verifies beacons with the VRF of the module that it is given, in either place", async () => {
    const cases = await Promise.all(Array.from({ length: 600 }, (_, at) => beacon(SLOT + at)));
    cases[7] = await beacon(SLOT + 7, `0x${"22".repeat(80)}`);
    for (const threads of [1, 2]) {
      await using verifier = new ProofVerifier({ ...options, threads });
      const refusals = await verifier.verify(cases);
      expect(refusals.flatMap((refusal, at) => (refusal === undefined ? [] : [at]))).to.deep.equal([7]);
    }
  });

  it("says that a thread ended early, and goes on with the next lot", async () => {
    const vrfModule = new URL("./failing-vrf/exits.ts", import.meta.url).href;
    await using verifier = new ProofVerifier({ ...options, vrfModule, threads: 2 });
    const many = await manyProofs(MANY);
    const fatal = [...many, await beacon(SLOT)];
    expect(await errorOf(verifier.verify(fatal))).to.include({ code: "PROOF_WORKER_FAILED" });
    expect(await verifier.verify(many)).to.deep.equal(expected(MANY));
  });

  it("survives threads that fail without a task, at their start and later, and starts others", async () => {
    const many = await manyProofs(MANY);
    await using absent = new ProofVerifier({ ...options, vrfModule: "file:///absent.ts", threads: 2 });
    for (const lot of [1, 2]) {
      const details = await errorOf(absent.verify(many));
      expect(details, `lot ${lot}`).to.include({ code: "PROOF_WORKER_FAILED" });
      expect(details)
        .to.have.property("reason")
        .that.matches(/absent\.ts/);
    }
    const vrfModule = new URL("./failing-vrf/fails-later.ts", import.meta.url).href;
    await using later = new ProofVerifier({ ...options, vrfModule, threads: 2 });
    expect(await later.verify(many)).to.deep.equal(expected(MANY));
    await setTimeout(2 * FAILS_AFTER_MS);
    expect(await later.verify(many)).to.deep.equal(expected(MANY));
  });

  it("gives an error of a thread as its own", async () => {
    const misplaced = await signSample(storageSample({ node, slot: SLOT }), node);
    const { evidence } = misplaced;
    const cases = [
      ...(await manyProofs(MANY)),
      { ...misplaced, evidence: { ...evidence, entry: undefined } },
    ];
    for (const threads of [1, 2]) {
      await using verifier = new ProofVerifier({ ...options, threads });
      expect(await errorOf(verifier.verify(cases as ProofCase[]))).to.include({
        code: "EVIDENCE_MISPLACED",
        givenIndex: undefined,
      });
    }
  });
});

describe("counts of refusals", () => {
  it("are by reason, in the order of the closed set", () => {
    const counts = new RefusalCounts();
    for (const refusal of ["VRF_PROOF_INVALID", "PROOF_TOO_LATE", undefined, "PROOF_TOO_LATE"] as const) {
      counts.add(refusal);
    }
    expect(counts.total).to.equal(3);
    expect(counts.of("PROOF_TOO_LATE")).to.equal(2);
    expect(counts.of("PROOF_TOO_EARLY")).to.equal(0);
    expect(JSON.stringify(counts)).to.equal('{"PROOF_TOO_LATE":2,"VRF_PROOF_INVALID":1}');
  });
});
